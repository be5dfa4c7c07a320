namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The arguments of a call, evaluated.</summary>
internal sealed class CallArguments(RenderContext context, IReadOnlyList<JinjaValue> positional, IReadOnlyList<KeyValuePair<string, JinjaValue>> named)
{
    public RenderContext Context => context;

    public IReadOnlyList<JinjaValue> Positional => positional;

    public IReadOnlyList<KeyValuePair<string, JinjaValue>> Named => named;

    public JinjaValue? FindNamed(string name)
    {
        foreach ((string key, JinjaValue value) in named)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    /// <summary>Provides the same arguments without the first <paramref name="count"/> positional ones.</summary>
    public CallArguments Skip(int count) => new(context, [.. positional.Skip(count)], named);

    /// <summary>Assigns the arguments to parameters, by position and then by name, as Python does; the first <paramref name="required"/> must be given.</summary>
    public BoundArguments Bind(string function, int required, params ReadOnlySpan<string> parameters)
    {
        if (positional.Count > parameters.Length)
        {
            throw ChatTemplateException.Evaluation($"{function}() takes at most {parameters.Length} arguments ({positional.Count} given)");
        }

        var values = new JinjaValue?[parameters.Length];
        for (int i = 0; i < positional.Count; i++)
        {
            values[i] = positional[i];
        }

        foreach ((string name, JinjaValue value) in named)
        {
            int index = parameters.IndexOf(name);
            if (index < 0)
            {
                throw ChatTemplateException.Evaluation($"{function}() got an unexpected keyword argument '{name}'");
            }

            if (values[index] is not null)
            {
                throw ChatTemplateException.Evaluation($"{function}() got multiple values for argument '{name}'");
            }

            values[index] = value;
        }

        for (int i = 0; i < required; i++)
        {
            if (values[i] is null)
            {
                throw ChatTemplateException.Evaluation($"{function}() is missing its argument '{parameters[i]}'");
            }
        }

        return new BoundArguments(context, function, values);
    }

    /// <summary>Checks a call that takes arguments by position only.</summary>
    public BoundArguments BindPositional(string function, int required, int allowed)
    {
        if (named.Count > 0)
        {
            throw ChatTemplateException.Evaluation($"{function}() takes no keyword arguments");
        }

        if (positional.Count < required || positional.Count > allowed)
        {
            string expected = required == allowed ? $"{required}" : $"{required} to {allowed}";
            throw ChatTemplateException.Evaluation($"{function}() takes {expected} arguments ({positional.Count} given)");
        }

        var values = new JinjaValue?[allowed];
        for (int i = 0; i < positional.Count; i++)
        {
            values[i] = positional[i];
        }

        return new BoundArguments(context, function, values);
    }
}

/// <summary>Arguments assigned to the parameters of a built-in function, read with their types checked; null where one was not given.</summary>
internal readonly struct BoundArguments(RenderContext context, string function, JinjaValue?[] values)
{
    public RenderContext Context => context;

    public JinjaValue? this[int index] => values[index];

    /// <summary>The argument, or <c>none</c> as null where it was given so.</summary>
    public JinjaValue? OrNone(int index) => values[index] is NoneValue ? null : values[index];

    public string Text(int index, string otherwise = "") => values[index] switch
    {
        null => otherwise,
        TextValue text => text.Text,
        JinjaValue other => throw Mismatch(index, other, "str"),
    };

    /// <summary>An integer within the range of <see cref="int"/>, at whose ends it is cut; Python's texts and lists are no longer either.</summary>
    public int Integer(int index, int otherwise = 0) => values[index] switch
    {
        null => otherwise,
        JinjaValue value => PythonInteger.ToIndex(value) ?? throw Mismatch(index, value, "int"),
    };

    public bool Flag(int index) => values[index]?.IsTrue ?? false;

    private ChatTemplateException Mismatch(int index, JinjaValue value, string expected)
    {
        value.ThrowIfUndefined();
        return ChatTemplateException.Evaluation($"{function}() argument {index + 1} must be {expected}, not {value.TypeName}");
    }
}

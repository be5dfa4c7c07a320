namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Filters on lists, dictionaries and whatever else has elements.</summary>
internal static class CollectionFilters
{
    public static JinjaValue Length(JinjaValue input, CallArguments arguments)
    {
        arguments.BindPositional("length", 0, 0);
        return new IntegerValue(input.RequireLength());
    }

    public static JinjaValue List(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("list", 0);
        return new ListValue(arguments.Context.Collect(input.RequireElements()));
    }

    public static JinjaValue First(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("first", 0);
        return input.RequireElements().FirstOrDefault() ?? new UndefinedValue("No first item, sequence was empty.");
    }

    public static JinjaValue Last(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("last", 0);
        return RequireReversed(input).FirstOrDefault() ?? new UndefinedValue("No last item, sequence was empty.");
    }

    public static JinjaValue Reverse(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("reverse", 0);
        if (input is TextValue text)
        {
            return text.WithText(CodePoints.Reverse(text.Text));
        }

        if (input.ElementsReversed is { } reversed)
        {
            return new IteratorValue(reversed);
        }

        List<JinjaValue> items = arguments.Context.Collect(input.RequireElements());
        items.Reverse();
        return new ListValue(items);
    }

    public static JinjaValue Items(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("items", 0);
        return input switch
        {
            UndefinedValue => new IteratorValue([]),
            DictionaryValue dictionary => new IteratorValue(dictionary.Items.Select(item => new TupleValue([item.Key, item.Value]))),
            _ => throw ChatTemplateException.Evaluation("Can only get item pairs from a mapping."),
        };
    }

    public static JinjaValue Join(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("join", 0, "d", "attribute");
        string separator = bound[0]?.ToText(arguments.Context) ?? "";
        Func<JinjaValue, JinjaValue> key = AttributePath.Getter(bound.OrNone(1), arguments.Context);
        var output = new OutputBuffer(arguments.Context);
        bool isFirst = true;
        foreach (JinjaValue item in input.RequireElements())
        {
            output.Append(isFirst ? "" : separator);
            key(item).WriteText(output);
            isFirst = false;
        }

        return new TextValue(output.ToString());
    }

    public static JinjaValue Default(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("default", 0, "default_value", "boolean");
        return input is UndefinedValue || (bound.Flag(1) && !input.IsTrue) ? bound[0] ?? TextValue.Empty : input;
    }

    public static JinjaValue Attribute(JinjaValue input, CallArguments arguments)
    {
        string name = arguments.Bind("attr", 1, "name").Text(0);
        return ValueAccess.SafeAttribute(input, name) ?? UndefinedValue.Attribute(input, name);
    }

    public static JinjaValue Batch(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("batch", 1, "linecount", "fill_with");
        return new IteratorValue(BatchLazily(input, bound.Integer(0), bound.OrNone(1), arguments.Context));
    }

    public static JinjaValue Slice(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("slice", 1, "slices", "fill_with");
        return new IteratorValue(SliceLazily(input, bound.Integer(0), bound.OrNone(1), arguments.Context));
    }

    private static IEnumerable<JinjaValue> RequireReversed(JinjaValue input) =>
        input.ElementsReversed ?? throw ChatTemplateException.Evaluation($"'{input.TypeName}' object is not reversible");

    private static IEnumerable<JinjaValue> BatchLazily(JinjaValue input, int size, JinjaValue? fill, RenderContext context)
    {
        var batch = new List<JinjaValue>();
        foreach (JinjaValue item in input.RequireElements())
        {
            context.Spend(1);
            if (batch.Count == size)
            {
                yield return new ListValue(batch);
                batch = [];
            }

            batch.Add(item);
        }

        if (batch.Count == 0)
        {
            yield break;
        }

        if (fill is not null && batch.Count < size)
        {
            batch.AddRange(context.Collect(Enumerable.Repeat(fill, size - batch.Count)));
        }

        yield return new ListValue(batch);
    }

    private static IEnumerable<JinjaValue> SliceLazily(JinjaValue input, int slices, JinjaValue? fill, RenderContext context)
    {
        List<JinjaValue> items = context.Collect(input.RequireElements());
        if (slices == 0)
        {
            throw ChatTemplateException.Evaluation("integer division or modulo by zero");
        }

        int longer = items.Count % slices;
        int start = 0;
        for (int i = 0; i < slices; i++)
        {
            context.Spend(1);
            int count = (items.Count / slices) + (i < longer ? 1 : 0);
            List<JinjaValue> slice = items.GetRange(start, count);
            start += count;
            if (fill is not null && i >= longer)
            {
                slice.Add(fill);
            }

            yield return new ListValue(slice);
        }
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's dict, in the order of insertion; the sandbox makes it immutable.</summary>
internal sealed class DictionaryValue : JinjaValue
{
    private readonly OrderedDictionary<JinjaValue, JinjaValue> _items;

    public DictionaryValue(RenderContext context, IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> items)
    {
        _items = new OrderedDictionary<JinjaValue, JinjaValue>(context.Equality);
        foreach ((JinjaValue key, JinjaValue value) in items)
        {
            context.Spend(1);
            _items[key] = value;
        }
    }

    public IReadOnlyList<KeyValuePair<JinjaValue, JinjaValue>> Items => _items;

    public override string TypeName => "dict";

    public override bool IsTrue => _items.Count > 0;

    public override bool IsHashable => false;

    public override int? Length => _items.Count;

    public override IEnumerable<JinjaValue> Elements => _items.Keys;

    public override IEnumerable<JinjaValue> ElementsReversed => _items.Keys.Reverse();

    public JinjaValue? Find(JinjaValue key) => key.IsHashable ? _items.GetValueOrDefault(key) : null;

    public bool Contains(JinjaValue key) => _items.ContainsKey(key);

    public override JinjaValue? FindItem(JinjaValue key, RenderContext context) => Find(key);

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "get" => new FunctionValue(name, Get),
        "items" or "keys" or "values" => new FunctionValue(name, arguments =>
        {
            arguments.BindPositional(name, 0, 0);
            return new DictionaryViewValue(this, name);
        }),
        "copy" => new FunctionValue(name, arguments => new DictionaryValue(arguments.BindPositional("copy", 0, 0).Context, _items)),
        "clear" or "pop" or "popitem" or "setdefault" or "update" => UndefinedValue.Unsafe(this, name),
        _ => null,
    };

    public override void WriteRepresentation(OutputBuffer output)
    {
        output.Context.Enter();
        output.Append('{');
        string separator = "";
        foreach ((JinjaValue key, JinjaValue value) in _items)
        {
            output.Append(separator);
            key.WriteRepresentation(output);
            output.Append(": ");
            value.WriteRepresentation(output);
            separator = ", ";
        }

        output.Append('}');
        output.Context.Leave();
    }

    private JinjaValue Get(CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("get", 1, 2);
        PythonEquality.RequireHashable(bound[0]!);
        return Find(bound[0]!) ?? bound[1] ?? NoneValue.Instance;
    }
}

/// <summary>What <c>items()</c>, <c>keys()</c> and <c>values()</c> of a dictionary give.</summary>
internal sealed class DictionaryViewValue(DictionaryValue owner, string kind) : JinjaValue
{
    public override string TypeName => "dict_" + kind;

    public override bool IsTrue => owner.IsTrue;

    public override bool IsHashable => kind == "values";

    public override int? Length => owner.Length;

    public override IEnumerable<JinjaValue> Elements => owner.Items.Select(Select);

    public override IEnumerable<JinjaValue> ElementsReversed => owner.Items.Reverse().Select(Select);

    public override void WriteRepresentation(OutputBuffer output)
    {
        output.Append(TypeName).Append('(');
        new ListValue([.. Elements]).WriteRepresentation(output);
        output.Append(')');
    }

    private JinjaValue Select(KeyValuePair<JinjaValue, JinjaValue> item) => kind switch
    {
        "keys" => item.Key,
        "values" => item.Value,
        _ => new TupleValue([item.Key, item.Value]),
    };
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A function of the interpreter: a global one or a method of a value.</summary>
internal sealed class FunctionValue(string name, Func<CallArguments, JinjaValue> function) : JinjaValue
{
    public override string TypeName => "function";

    public override bool IsCallable => true;

    public override JinjaValue Call(CallArguments arguments) => function(arguments);

    public override void WriteRepresentation(OutputBuffer output) => output.Append($"<function {name}>");
}

/// <summary>What <c>namespace()</c> gives: attributes that <c>set</c> can change, also from an inner scope.</summary>
internal sealed class NamespaceValue : JinjaValue
{
    private readonly OrderedDictionary<string, JinjaValue> _attributes = [];

    public override string TypeName => "Namespace";

    public void Set(string name, JinjaValue value) => _attributes[name] = value;

    public override JinjaValue? FindAttribute(string name) => _attributes.GetValueOrDefault(name);

    public override void WriteRepresentation(OutputBuffer output)
    {
        output.Append("<Namespace ");
        new DictionaryValue(output.Context, _attributes.Select(item => KeyValuePair.Create<JinjaValue, JinjaValue>(new TextValue(item.Key), item.Value))).WriteRepresentation(output);
        output.Append('>');
    }
}

/// <summary>What <c>cycler(a, b, …)</c> gives: its items in turn.</summary>
internal sealed class CyclerValue(IReadOnlyList<JinjaValue> items) : JinjaValue
{
    private int _position;

    public override string TypeName => "Cycler";

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "current" => items[_position],
        "next" => new FunctionValue(name, Next),
        "reset" => new FunctionValue(name, Reset),
        _ => null,
    };

    public override void WriteRepresentation(OutputBuffer output) => output.Append("<Cycler>");

    private JinjaValue Next(CallArguments arguments)
    {
        arguments.BindPositional("next", 0, 0);
        JinjaValue item = items[_position];
        _position = (_position + 1) % items.Count;
        return item;
    }

    private NoneValue Reset(CallArguments arguments)
    {
        arguments.BindPositional("reset", 0, 0);
        _position = 0;
        return NoneValue.Instance;
    }
}

/// <summary>What <c>joiner(separator)</c> gives: nothing at its first call, then the separator.</summary>
internal sealed class JoinerValue(JinjaValue separator) : JinjaValue
{
    private bool _isUsed;

    public override string TypeName => "Joiner";

    public override bool IsCallable => true;

    public override JinjaValue Call(CallArguments arguments)
    {
        arguments.BindPositional("joiner", 0, 0);
        JinjaValue text = _isUsed ? separator : TextValue.Empty;
        _isUsed = true;
        return text;
    }

    public override void WriteRepresentation(OutputBuffer output) => output.Append("<Joiner>");
}

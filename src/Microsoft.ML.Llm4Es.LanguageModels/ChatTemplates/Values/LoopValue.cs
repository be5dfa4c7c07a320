namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The variable <c>loop</c> of a for statement, which is also what goes through its items, one ahead only where a template asks.</summary>
internal sealed class LoopValue(IEnumerable<JinjaValue> elements, int? length, int depth, RenderContext context, Func<JinjaValue, int, JinjaValue>? recurse) : JinjaValue
{
    private IEnumerator<JinjaValue> _remaining = elements.GetEnumerator();
    private int _index = -1;
    private int? _length = length;
    private JinjaValue? _previous;
    private JinjaValue? _current;
    private JinjaValue? _next;
    private IReadOnlyList<JinjaValue>? _lastChanged;

    public override string TypeName => "LoopContext";

    public override bool IsTrue => Count > 0;

    public override int? Length => Count;

    public override bool IsCallable => true;

    public JinjaValue Current => _current!;

    private int Count => _length ??= CountRemaining();

    public bool MoveNext()
    {
        JinjaValue? item = Peek();
        if (item is null)
        {
            return false;
        }

        context.Spend(1);
        _next = null;
        _previous = _current;
        _current = item;
        _index++;
        return true;
    }

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "index" => new IntegerValue(_index + 1),
        "index0" => new IntegerValue(_index),
        "revindex" => new IntegerValue(Count - _index),
        "revindex0" => new IntegerValue(Count - _index - 1),
        "first" => BooleanValue.Of(_index == 0),
        "last" => BooleanValue.Of(Peek() is null),
        "length" => new IntegerValue(Count),
        "depth" => new IntegerValue(depth + 1),
        "depth0" => new IntegerValue(depth),
        "previtem" => _previous ?? new UndefinedValue("there is no previous item"),
        "nextitem" => Peek() ?? new UndefinedValue("there is no next item"),
        "cycle" => new FunctionValue(name, Cycle),
        "changed" => new FunctionValue(name, Changed),
        _ => null,
    };

    public override JinjaValue Call(CallArguments arguments) => recurse is null
        ? throw ChatTemplateException.Evaluation("The loop must have the 'recursive' marker to be called recursively.")
        : recurse(arguments.Bind("loop", 1, "iterable")[0]!, depth + 1);

    public override void WriteRepresentation(OutputBuffer output) => output.Append($"<LoopContext {_index + 1}/{Count}>");

    private JinjaValue? Peek()
    {
        if (_next is null && _remaining.MoveNext())
        {
            _next = _remaining.Current;
        }

        return _next;
    }

    private int CountRemaining()
    {
        var remaining = new List<JinjaValue>();
        while (_remaining.MoveNext())
        {
            context.Spend(1);
            remaining.Add(_remaining.Current);
        }

        _remaining = remaining.GetEnumerator();
        return remaining.Count + _index + 1 + (_next is null ? 0 : 1);
    }

    private JinjaValue Cycle(CallArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            throw ChatTemplateException.Evaluation("no items for cycling given");
        }

        return arguments.Positional[_index % arguments.Positional.Count];
    }

    private BooleanValue Changed(CallArguments arguments)
    {
        bool isSame = _lastChanged is not null
            && context.Equality.Equals(new TupleValue(_lastChanged), new TupleValue(arguments.Positional));
        _lastChanged = arguments.Positional;
        return BooleanValue.Of(!isSame);
    }
}

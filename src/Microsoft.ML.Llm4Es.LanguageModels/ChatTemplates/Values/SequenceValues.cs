using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A sequence of values that does not change: Python's list, which the sandbox makes immutable, or tuple.</summary>
internal abstract class SequenceValue(IReadOnlyList<JinjaValue> items) : JinjaValue
{
    public IReadOnlyList<JinjaValue> Items => items;

    public override bool IsTrue => items.Count > 0;

    public override int? Length => items.Count;

    public override IEnumerable<JinjaValue> Elements => items;

    public override IEnumerable<JinjaValue> ElementsReversed => items.Reverse();

    /// <summary>Provides a sequence of the same type with other elements.</summary>
    public abstract SequenceValue With(IReadOnlyList<JinjaValue> other);

    public override JinjaValue? FindItem(JinjaValue key, RenderContext context)
    {
        if (PythonInteger.ToIndex(key) is not { } index)
        {
            return null;
        }

        index += index < 0 ? items.Count : 0;
        return index >= 0 && index < items.Count ? items[index] : null;
    }

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "count" => new FunctionValue(name, CountOf),
        "index" => new FunctionValue(name, IndexOf),
        _ => null,
    };

    protected void WriteItems(OutputBuffer output)
    {
        output.Context.Enter();
        for (int i = 0; i < items.Count; i++)
        {
            output.Append(i == 0 ? "" : ", ");
            items[i].WriteRepresentation(output);
        }

        output.Context.Leave();
    }

    private IntegerValue CountOf(CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("count", 1, 1);
        return new IntegerValue(items.Count(item => bound.Context.Equality.Equals(item, bound[0])));
    }

    private IntegerValue IndexOf(CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("index", 1, 3);
        int start = Math.Clamp(FromEnd(bound.Integer(1)), 0, items.Count);
        int stop = Math.Clamp(FromEnd(bound.Integer(2, items.Count)), 0, items.Count);
        for (int i = start; i < stop; i++)
        {
            if (bound.Context.Equality.Equals(items[i], bound[0]))
            {
                return new IntegerValue(i);
            }
        }

        throw ChatTemplateException.Evaluation($"{bound[0]!.ToRepresentation(bound.Context)} is not in {TypeName}");
    }

    private int FromEnd(int index) => index < 0 ? index + items.Count : index;
}

/// <summary>Python's list.</summary>
internal sealed class ListValue(IReadOnlyList<JinjaValue> items) : SequenceValue(items)
{
    public override string TypeName => "list";

    public override bool IsHashable => false;

    public override ListValue With(IReadOnlyList<JinjaValue> other) => new(other);

    public override JinjaValue? FindAttribute(string name) => name switch
    {
        "append" or "clear" or "pop" or "reverse" or "insert" or "sort" or "extend" or "remove" => UndefinedValue.Unsafe(this, name),
        "copy" => new FunctionValue(name, arguments => new ListValue(arguments.BindPositional("copy", 0, 0).Context.Collect(Items))),
        _ => base.FindAttribute(name),
    };

    public override void WriteRepresentation(OutputBuffer output)
    {
        output.Append('[');
        WriteItems(output);
        output.Append(']');
    }
}

/// <summary>Python's tuple; that of the <c>groupby</c> filter also names its two elements.</summary>
internal sealed class TupleValue(IReadOnlyList<JinjaValue> items, bool isGroup = false) : SequenceValue(items)
{
    public override string TypeName => isGroup ? "_GroupTuple" : "tuple";

    // Known from the start, because asking nested tuples again and again could take for ever.
    public override bool IsHashable { get; } = items.All(item => item.IsHashable);

    public override TupleValue With(IReadOnlyList<JinjaValue> other) => new(other);

    public override JinjaValue? FindAttribute(string name) => (isGroup, name) switch
    {
        (true, "grouper") => Items[0],
        (true, "list") => Items[1],
        _ => base.FindAttribute(name),
    };

    public override void WriteRepresentation(OutputBuffer output)
    {
        output.Append('(');
        WriteItems(output);
        output.Append(Items.Count == 1 ? ",)" : ")");
    }
}

/// <summary>Python's <c>range</c>.</summary>
internal sealed class RangeValue(BigInteger start, BigInteger stop, BigInteger step, int count) : JinjaValue
{
    public override string TypeName => "range";

    public int Count => count;

    public override bool IsTrue => count > 0;

    public override int? Length => count;

    public override IEnumerable<JinjaValue> Elements => Enumerable.Range(0, count).Select(At);

    public override IEnumerable<JinjaValue> ElementsReversed => Enumerable.Range(0, count).Reverse().Select(At);

    public override JinjaValue? FindItem(JinjaValue key, RenderContext context)
    {
        if (PythonInteger.ToIndex(key) is not { } index)
        {
            return null;
        }

        index += index < 0 ? count : 0;
        return index >= 0 && index < count ? At(index) : null;
    }

    public override void WriteRepresentation(OutputBuffer output) =>
        output.Append(step.IsOne ? $"range({start}, {stop})" : $"range({start}, {stop}, {step})");

    /// <summary>The range of every element that is <paramref name="stride"/> after the one before it.</summary>
    public RangeValue Slice(int first, int size, int stride) =>
        new(start + (step * first), start + (step * (first + (size * stride))), step * stride, size);

    private IntegerValue At(int index) => new(start + (step * index));
}

/// <summary>A lazy sequence that can be gone through once, as filters such as <c>map</c> and <c>select</c> give.</summary>
internal sealed class IteratorValue(IEnumerable<JinjaValue> elements) : JinjaValue
{
    private readonly IEnumerator<JinjaValue> _remaining = elements.GetEnumerator();

    public override string TypeName => "generator";

    public override IEnumerable<JinjaValue> Elements
    {
        get
        {
            while (_remaining.MoveNext())
            {
                yield return _remaining.Current;
            }
        }
    }

    public override void WriteRepresentation(OutputBuffer output) => output.Append("<generator object>");
}

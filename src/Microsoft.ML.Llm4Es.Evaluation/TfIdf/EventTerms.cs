using System.Buffers;
using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The terms of an entity's events: of each event the values with their field's name, such as <c>shop=food</c>, a text with punctuation marks part by part,
/// such as the levels of <c>heart|valves|aortic</c>; and all values together. Times are not among them, since hardly two are equal.
/// </summary>
internal sealed class EventTerms
{
    private const char BetweenValues = '\u001F';

    private static readonly SearchValues<char> BetweenParts = SearchValues.Create("|,;:/()[]");

    private readonly EventPlan _plan;
    private readonly EventValues[] _values;
    private readonly int[] _fields;
    private readonly string _numberFormat;
    private readonly Dictionary<string, int> _counts = [];
    private readonly ArrayBufferWriter<char> _event = new();
    private readonly ArrayBufferWriter<char> _term = new();
    private readonly char[] _number = new char[32];

    public EventTerms(EventPlan plan, EventValues[] values, int significantDigits)
    {
        _plan = plan;
        _values = values;
        _fields = [.. Enumerable.Range(0, plan.Fields.Length).Where(f => f != plan.TimeField && plan.Fields[f].Kind != EventValueKind.Moment)];
        _numberFormat = $"G{significantDigits}";
    }

    /// <summary>How often the current row has each term; valid until the next call.</summary>
    /// <exception cref="InvalidDataException">The columns have values for different numbers of events.</exception>
    public IReadOnlyDictionary<string, int> Count()
    {
        _counts.Clear();
        EventValues.ReadAll(_values, _plan);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int i = 0; i < _values[0].Count; i++)
        {
            _event.ResetWrittenCount();
            foreach (int f in _fields)
            {
                ReadOnlySpan<char> value = Value(f, i);
                _event.Write(value);
                _event.Write([BetweenValues]);
                if (_plan.Fields[f].Kind != EventValueKind.Category)
                {
                    Add(counts, f, value);
                    continue;
                }

                foreach (Range part in value.SplitAny(BetweenParts)) Add(counts, f, value[part].Trim());
            }

            Add(counts, _event.WrittenSpan);
        }

        return _counts;
    }

    private void Add(Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts, int field, ReadOnlySpan<char> value)
    {
        if (value.IsEmpty) return;
        _term.ResetWrittenCount();
        _term.Write(_plan.Fields[field].Name);
        _term.Write("=");
        _term.Write(value);
        Add(counts, _term.WrittenSpan);
    }

    private static void Add(Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts, ReadOnlySpan<char> term)
    {
        counts.TryGetValue(term, out int count);
        counts[term] = count + 1;
    }

    private ReadOnlySpan<char> Value(int field, int index)
    {
        bool isMeasured = _plan.Fields[field] is { Kind: EventValueKind.Number, Categories.Length: 0 };
        if (!isMeasured) return _values[field].Category(index);

        _values[field].Number(index).TryFormat(_number, out int written, _numberFormat, CultureInfo.InvariantCulture);
        return _number.AsSpan(0, written);
    }
}


namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What a field of the events is like in each entity: the value that most of its events have, the mean of its numbers, or the span of its times.</summary>
internal abstract class EventSummary
{
    public static EventSummary Create(DataViewSchema.Column column) => EventValues.KindOf(column) switch
    {
        EventValueKind.Category => new MostFrequent(column.Name),
        EventValueKind.Moment => new Span($"days from first to last {column.Name}"),
        _ => EventTimeAnnotation.IsOn(column) ? new Span($"first to last {column.Name}") : new Mean(column.Name),
    };

    /// <summary>Adds the next entity.</summary>
    public abstract void Add(EventValues values);

    /// <summary>The field of all entities; null where it tells none of them apart.</summary>
    public EntityField? ToField()
    {
        EntityField field = Summarize();
        bool isMostlyOther = field.Values[^1] == EntityFields.Other && field.ValueOf.Count(value => value == field.Values.Count - 1) > field.ValueOf.Count / 2;
        return field.Values.Count < 2 || isMostlyOther ? null : field;
    }

    protected abstract EntityField Summarize();

    private sealed class MostFrequent(string name) : EventSummary
    {
        private readonly List<string> _values = [];
        private readonly Dictionary<string, int> _counts = [];

        public override void Add(EventValues values)
        {
            _counts.Clear();
            Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
            for (int i = 0; i < values.Count; i++)
            {
                ReadOnlySpan<char> value = values.Category(i);
                counts[value] = counts.TryGetValue(value, out int count) ? count + 1 : 1;
            }

            _values.Add(_counts.OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key).FirstOrDefault(""));
        }

        protected override EntityField Summarize() => EntityFields.OfTexts($"most frequent {name}", _values);
    }

    private sealed class Mean(string name) : EventSummary
    {
        private readonly List<double> _values = [];

        public override void Add(EventValues values) =>
            _values.Add(Enumerable.Range(0, values.Count).Select(values.Number).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average());

        protected override EntityField Summarize() => EntityFields.OfNumbers($"mean {name}", _values);
    }

    private sealed class Span(string name) : EventSummary
    {
        private readonly List<double> _values = [];

        public override void Add(EventValues values) => _values.Add(values.Count == 0 ? double.NaN : values.Number(values.Count - 1) - values.Number(0));

        protected override EntityField Summarize() => EntityFields.OfNumbers(name, _values);
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>When events happen: the share of them in each hour of the day, day of the week and month, and on how many days there is one.</summary>
internal sealed class CalendarFeatures : EventFeatures
{
    private const int Hours = 24;
    private const int Weekdays = 7;
    private const int Months = 12;

    public override string[] Names { get; } =
    [
        "days with an event",
        .. Enumerable.Range(0, Hours).Select(hour => $"hour {hour}: share"),
        .. Enum.GetNames<DayOfWeek>().Select(day => $"{day}: share"),
        .. Enumerable.Range(1, Months).Select(month => $"month {month}: share"),
    ];

    public override void Write(EntityEvents events, Span<float> features)
    {
        var days = new HashSet<DateTime>();
        float share = 1f / events.Count;
        for (int i = 0; i < events.Count; i++)
        {
            DateTime moment = events.Moment(i);
            days.Add(moment.Date);
            features[1 + moment.Hour] += share;
            features[1 + Hours + (int)moment.DayOfWeek] += share;
            features[1 + Hours + Weekdays + moment.Month - 1] += share;
        }

        features[0] = days.Count;
    }
}

namespace Microsoft.ML.Llm4Es;

/// <summary>How <see cref="EventField.Time"/> is written.</summary>
public enum TimeFormat
{
    /// <summary>Time since the previous event as a short word: <c>5m</c>, <c>3h</c>, <c>12d</c>; <c>0m</c> for the first event and within a minute.</summary>
    Gap,

    /// <summary>Whole days since the entity's first event: <c>0</c>, <c>0</c>, <c>17</c>. The paper writes days.</summary>
    Days,

    /// <summary>The date: <c>2024-03-31</c>. For times that are dates, not numbers or durations.</summary>
    Date,

    /// <summary>The date and the time of day: <c>2024-03-31 14:05</c>. For times that are dates, not numbers or durations.</summary>
    DateAndTime,
}

namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <c>GroupEvents</c>.</summary>
public sealed class GroupEventsOptions
{
    /// <summary>
    /// Gets or sets the column that tells whose event it is: text, integer, boolean, DateTime, DateTimeOffset, TimeSpan or key type. Required.
    /// </summary>
    /// <exception cref="ArgumentException">The value is null or empty.</exception>
    public required string Key
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            field = value;
        }
    }

    /// <summary>
    /// Gets or sets the column of event times: DateTime, DateTimeOffset, TimeSpan, a number, or text that is a date (ISO 8601) or a number throughout. Text
    /// becomes DateTime or <see cref="double"/>; a date with an offset becomes UTC. Default null: events keep their order.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? Time
    {
        get;
        set => field = value is "" ? throw new ArgumentException("The name of a column is expected, or null to keep the order.", nameof(value)) : value;
    }

    /// <summary>
    /// Gets or sets how long after an entity's first event its events are kept: in days where <see cref="Time"/> is dates or durations, else in its unit. Entities
    /// without a later event are left out: what is asked of those that are still active then would already be settled. Default null: all events are kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double? Within
    {
        get;
        set => field = value is null or (> 0 and < double.PositiveInfinity)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A positive number of days, or of units of the time, is expected.");
    }

    /// <summary>Gets or sets the columns that are the same in all events of an entity (a label, a static field): they stay scalars. Default: none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> Constants
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];

    /// <summary>
    /// Gets or sets the columns that are kept besides <see cref="Key"/>, <see cref="Time"/> and <see cref="Constants"/>; the others are not read. Default
    /// null: all.
    /// </summary>
    public IReadOnlyList<string>? Columns { get; set; }
}

namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <c>GroupEvents</c>.</summary>
public sealed class GroupEventsOptions
{
    /// <summary>Gets or sets the column that tells whose event it is. Required.</summary>
    public required string Key { get; set; }

    /// <summary>
    /// Gets or sets the column of event times: DateTime, DateTimeOffset, TimeSpan, a number, or text that is a date (ISO 8601) or a number. Default null:
    /// events keep their order.
    /// </summary>
    public string? Time { get; set; }

    /// <summary>Gets or sets the columns that are the same in all events of an entity (a label, a static field): they stay scalars. Default: none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> Constants
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = [];
}

namespace Microsoft.ML.Llm4Es;

/// <summary>One field of an event: which vector column of the row it is, how it is called in the text, and how its values are written.</summary>
public sealed record EventField
{
    private EventField(string column, string? name, EventFieldKind kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(column);
        Column = column;
        Name = name ?? ReadableName.Of(column);
        Kind = kind;
    }

    /// <summary>Gets the vector column that holds a value for each event.</summary>
    public string Column { get; }

    /// <summary>Gets the name in the text's header.</summary>
    public string Name { get; }

    /// <summary>Gets how the values are written.</summary>
    public EventFieldKind Kind { get; }

    /// <summary>Gets the readable names of codes; null where <see cref="Kind"/> is not <see cref="EventFieldKind.Code"/>.</summary>
    public IReadOnlyDictionary<string, string>? CodeNames { get; private init; }

    /// <summary>Gets to how many decimals numbers are rounded; null for three significant digits without rounding whole units away.</summary>
    public int? Decimals { get; private init; }

    /// <summary>Gets how times are written.</summary>
    public TimeFormat TimeFormat { get; private init; }

    /// <summary>Gets what times count that are numbers.</summary>
    public TimeUnit TimeUnit { get; private init; }

    /// <summary>A field whose values are written as they are.</summary>
    /// <param name="column">The vector column.</param>
    /// <param name="name">The name in the text; null for the column's in readable words (<c>minutes_from_admission</c>: minutes from admission).</param>
    /// <returns>The field.</returns>
    public static EventField Plain(string column, string? name = null) => new(column, name, EventFieldKind.Plain);

    /// <summary>A field of codes, written by their readable names; a code without one is written as it is.</summary>
    /// <param name="column">The vector column.</param>
    /// <param name="name">The name in the text; null for the column's in readable words.</param>
    /// <param name="codeNames">The readable names by code, such as <see cref="CodeDictionary.FromCsv"/> reads.</param>
    /// <returns>The field.</returns>
    public static EventField Code(string column, string? name, IReadOnlyDictionary<string, string> codeNames)
    {
        ArgumentNullException.ThrowIfNull(codeNames);
        return new EventField(column, name, EventFieldKind.Code) { CodeNames = codeNames };
    }

    /// <summary>A field of numbers.</summary>
    /// <param name="column">The vector column.</param>
    /// <param name="name">The name in the text; null for the column's in readable words.</param>
    /// <param name="decimals">To how many decimals numbers are rounded, 0 to 9; null for three significant digits without rounding whole units away.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decimals"/> is not 0 to 9.</exception>
    public static EventField Number(string column, string? name = null, int? decimals = null)
    {
        if (decimals is < 0 or > 9) throw new ArgumentOutOfRangeException(nameof(decimals), decimals, "0 to 9 decimals are expected, or null.");
        return new EventField(column, name, EventFieldKind.Number) { Decimals = decimals };
    }

    /// <summary>The field of event times.</summary>
    /// <param name="column">The vector column: DateTime, DateTimeOffset, TimeSpan, or a number of <paramref name="unit"/>.</param>
    /// <param name="name">The name in the text; null for the column's in readable words.</param>
    /// <param name="format">How times are written. Default: as the gap to the previous event.</param>
    /// <param name="unit">What numbers count. Default: days.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> or <paramref name="unit"/> is none of the enumeration's.</exception>
    public static EventField Time(string column, string? name = null, TimeFormat format = TimeFormat.Gap, TimeUnit unit = TimeUnit.Days)
    {
        if (!Enum.IsDefined(format)) throw new ArgumentOutOfRangeException(nameof(format), format, $"One of {string.Join(", ", Enum.GetNames<TimeFormat>())} is expected.");
        if (!Enum.IsDefined(unit)) throw new ArgumentOutOfRangeException(nameof(unit), unit, $"One of {string.Join(", ", Enum.GetNames<TimeUnit>())} is expected.");
        return new EventField(column, name, EventFieldKind.Time) { TimeFormat = format, TimeUnit = unit };
    }
}

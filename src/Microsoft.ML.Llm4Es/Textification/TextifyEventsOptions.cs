namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="TextifyEventsEstimator"/>.</summary>
public sealed class TextifyEventsOptions
{
    /// <summary>
    /// Gets or sets the fields to write, in this order. Default: every vector column of the row, in order, with readable names; the event time as the gap to
    /// the previous event.
    /// </summary>
    /// <exception cref="ArgumentException">Two fields have the same name in the text, or one is null.</exception>
    public IReadOnlyList<EventField> Fields
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            var names = new HashSet<string>();
            foreach (EventField eventField in value)
            {
                if (eventField is null) throw new ArgumentException("A field is null.", nameof(value));
                if (!names.Add(eventField.Name)) throw new ArgumentException($"Two fields are called '{eventField.Name}' in the text; give each a name of its own.", nameof(value));
            }

            field = value;
        }
    } = [];

    /// <summary>Gets or sets how the event time is written where <see cref="Fields"/> names none. Default: as the gap to the previous event.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public TimeFormat TimeFormat
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"One of {string.Join(", ", Enum.GetNames<TimeFormat>())} is expected.");
    }

    /// <summary>Gets or sets to how many decimals numbers are rounded where <see cref="Fields"/> names none, 0 to 9. Default null: three significant digits.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 0 to 9.</exception>
    public int? Decimals
    {
        get;
        set => field = value is null or (>= 0 and <= NumberText.MaxDecimals) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "0 to 9 decimals are expected, or null.");
    }

    /// <summary>Gets or sets how many events are written at most; the most recent are kept. Default null: all.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? MaxEvents
    {
        get;
        set => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A positive number of events is expected, or null for all.");
    }
}

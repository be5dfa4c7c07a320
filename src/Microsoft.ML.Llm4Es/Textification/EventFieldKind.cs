namespace Microsoft.ML.Llm4Es;

/// <summary>How the values of an event field are written.</summary>
public enum EventFieldKind
{
    /// <summary>
    /// As they are: text verbatim, integers in full, other numbers in short (see <see cref="EventField.Decimals"/>), booleans as yes and no, a DateTime as a
    /// date, with hours and minutes where it is not midnight, a TimeSpan as <c>[d.]hh:mm:ss</c>, a key by what it stands for. A missing value is empty.
    /// </summary>
    Plain,

    /// <summary>By a dictionary from codes to readable names.</summary>
    Code,

    /// <summary>As numbers, rounded.</summary>
    Number,

    /// <summary>As a time.</summary>
    Time,
}

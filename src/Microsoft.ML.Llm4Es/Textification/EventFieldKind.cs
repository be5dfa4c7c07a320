namespace Microsoft.ML.Llm4Es;

/// <summary>How the values of an event field are written.</summary>
public enum EventFieldKind
{
    /// <summary>As they are: text verbatim, numbers in short, booleans as yes and no, times as a date.</summary>
    Plain,

    /// <summary>By a dictionary from codes to readable names.</summary>
    Code,

    /// <summary>As numbers, rounded.</summary>
    Number,

    /// <summary>As a time.</summary>
    Time,
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What can be done with the values of an event column.</summary>
internal enum EventValueKind
{
    /// <summary>They can be told apart: text, keys.</summary>
    Category,

    /// <summary>They can be added up: numbers, booleans as 0 and 1, durations in days.</summary>
    Number,

    /// <summary>They are moments with a date and a time of day; as numbers, days.</summary>
    Moment,
}

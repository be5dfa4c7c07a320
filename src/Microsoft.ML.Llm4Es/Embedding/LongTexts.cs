namespace Microsoft.ML.Llm4Es;

/// <summary>What becomes of a text that has more tokens than fit into one piece.</summary>
public enum LongTexts
{
    /// <summary>It is read in windows, whose vectors are averaged by their number of tokens: nothing is left out.</summary>
    Windows,

    /// <summary>The first line, which names the fields, and as many of the last lines, the most recent events, as fit whole; of a single line too long its last tokens.</summary>
    MostRecent,
}

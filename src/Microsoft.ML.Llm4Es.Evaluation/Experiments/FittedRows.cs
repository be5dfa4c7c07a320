namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The entities that a language model is tuned on.</summary>
/// <param name="Name">What tells them from others of the same data.</param>
/// <param name="Rows">Their rows; null for all.</param>
internal sealed record FittedRows(string Name, int[]? Rows)
{
    public static FittedRows All { get; } = new("all", null);
}

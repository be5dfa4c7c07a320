namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is said of a chart.</summary>
/// <param name="Title">Its title, above it.</param>
/// <param name="Description">What can be seen in it, for those who cannot see it.</param>
/// <param name="Caption">How to read it, below it; empty for nothing.</param>
internal sealed record ChartText(string Title, string Description, string Caption = "");

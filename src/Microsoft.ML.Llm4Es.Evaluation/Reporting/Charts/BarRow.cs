namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A row of a <see cref="BarChart"/>.</summary>
/// <param name="Name">What is shown.</param>
/// <param name="Parts">The lengths that its bar is made of, in the order of the chart's parts.</param>
/// <param name="Text">What is written above the bar's end, such as the sum with its unit.</param>
internal sealed record BarRow(string Name, IReadOnlyList<double> Parts, string Text);

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>An axis of a chart.</summary>
/// <param name="Title">What it shows, with its unit.</param>
/// <param name="Scale">Its numbers.</param>
internal sealed record ChartAxis(string Title, AxisScale Scale);

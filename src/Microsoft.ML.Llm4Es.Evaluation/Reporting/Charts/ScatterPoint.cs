namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A point of a <see cref="ScatterChart"/>.</summary>
/// <param name="X">Where it is from left to right.</param>
/// <param name="Y">Where it is from the bottom up.</param>
/// <param name="Style">Its classes, such as one of <see cref="ChartStyle.Colour"/>.</param>
internal readonly record struct ScatterPoint(double X, double Y, string Style);

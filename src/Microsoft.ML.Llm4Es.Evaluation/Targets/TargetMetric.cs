namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Something that is measured of predictions.</summary>
/// <param name="Name">What it is called in reports.</param>
/// <param name="Measure">Its value for some rows, given the predictions of all rows; NaN where it is not defined for them.</param>
internal sealed record TargetMetric(string Name, Func<int[], double[][], double> Measure);

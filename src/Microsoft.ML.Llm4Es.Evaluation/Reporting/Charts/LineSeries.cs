namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>One line of a <see cref="LineChart"/>.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">Its points, from left to right.</param>
internal sealed record LineSeries(string Name, IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>Gets the area around the line in which it might lie as well; empty for none.</summary>
    public IReadOnlyList<(double X, double Low, double High)> Band { get; init; } = [];

    /// <summary>Gets the radius of the marker at each point; empty for no markers, one number for all of one size.</summary>
    public IReadOnlyList<double> Markers { get; init; } = [];

    /// <summary>Gets what is said of each marker when it is pointed at; empty for its numbers.</summary>
    public IReadOnlyList<string> Tips { get; init; } = [];

    /// <summary>Gets the number of the line's colour in <see cref="ChartStyle"/>; null for that of its place among the lines.</summary>
    public int? Colour { get; init; }

    /// <summary>Gets whether the line is there for comparison only: thin, grey and not in the legend.</summary>
    public bool IsReference { get; init; }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A row of an <see cref="IntervalChart"/>.</summary>
/// <param name="Name">What is shown.</param>
/// <param name="Value">Its value, a filled dot.</param>
/// <param name="Low">The low end of its interval.</param>
/// <param name="High">The high end.</param>
internal sealed record IntervalRow(string Name, double Value, double Low, double High)
{
    /// <summary>Gets single values, shown as rings.</summary>
    public IReadOnlyList<double> Points { get; init; } = [];

    /// <summary>Gets what is written at its right; null for the value.</summary>
    public string? Text { get; init; }

    /// <summary>Gets the number of its colour in <see cref="ChartStyle"/>; null for that of its place among the rows.</summary>
    public int? Colour { get; init; }
}

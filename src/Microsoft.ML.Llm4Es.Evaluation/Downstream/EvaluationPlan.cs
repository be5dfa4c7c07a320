namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is evaluated under one name: the vectors of one or more representations, one after the other, and the labels that are trained on.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Representations">What the vectors are joined from.</param>
internal sealed record EvaluationPlan(string Name, IReadOnlyList<Representation> Representations)
{
    /// <summary>What is used of each vector; null for all.</summary>
    public Func<float[], float[]>? Part { get; init; }

    /// <summary>Which labels are trained on.</summary>
    public LabelledShare Labelled { get; init; } = LabelledShare.All;

    /// <summary>Reads names joined by plus signs.</summary>
    /// <exception cref="ArgumentException">There is nothing of such a name.</exception>
    public static EvaluationPlan Parse(string name, IReadOnlyList<Representation> representations) => new(name,
    [
        .. name.Split('+', StringSplitOptions.TrimEntries).Select(part => representations.FirstOrDefault(known => known.Name == part)
            ?? throw new ArgumentException($"There is no representation '{part}'. There are: {string.Join(", ", representations.Select(known => known.Name))}.", nameof(name))),
    ]);

    /// <summary>What is used of a representation's vectors.</summary>
    public VectorPart Select(RepresentationVectors vectors) =>
        Part is null ? new(vectors.Rows, TextComponents.Views(vectors.SlotNames)) : new(Array.ConvertAll(vectors.Rows, vector => Part(vector)), [Range.All]);
}

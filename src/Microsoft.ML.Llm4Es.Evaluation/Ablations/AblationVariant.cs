namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>One of the ways that an ablation compares: a pipeline, and what of it is used.</summary>
/// <remarks>Variants that share one <see cref="Representation"/> differ in what comes after it; it is fitted once for all of them.</remarks>
public sealed class AblationVariant
{
    /// <summary>Initializes a variant.</summary>
    /// <param name="name">What it is called in tables and charts.</param>
    /// <param name="representation">What makes the vectors.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public AblationVariant(string name, Representation representation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(representation);
        Name = name;
        Representation = representation;
    }

    /// <summary>Gets what the variant is called.</summary>
    public string Name { get; }

    /// <summary>Gets what makes the vectors.</summary>
    public Representation Representation { get; }

    /// <summary>Gets what is used of a vector; null (the default) for all. So one embedder that pools in many ways is fitted once, and its parts are compared.</summary>
    public Func<float[], float[]>? Select { get; init; }

    /// <summary>
    /// Gets the share of the training entities whose labels the classifier sees, above 0 and at most 1, the same of each class. A larger share holds all labels of
    /// a smaller one. Default 1.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of (0, 1].</exception>
    public double LabelledShare
    {
        get;
        init => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A share is above 0 and at most 1.");
    } = 1;

    /// <summary>Gets the line that the variant is a point of, where the chart has lines. Default: empty, the only one.</summary>
    public string Line { get; init; } = "";

    /// <summary>Gets where on its line the variant is, such as a share or a layer; null (the default) for a variant without a number.</summary>
    public double? Position { get; init; }

    internal EvaluationPlan ToPlan(int seed) => new(Name, [Representation]) { Part = Select, Labelled = new LabelledShare(LabelledShare, seed) };
}

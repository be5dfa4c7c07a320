namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is known of the entities of an evaluation, in the order in which they were given.</summary>
/// <param name="Classes">The classes of the label, in order; of two the second is the positive one. Empty where the label is a number.</param>
/// <param name="Labels">The label of each entity: the index of its class, or the number.</param>
/// <param name="Folds">In which fold each entity is tested, from 0.</param>
/// <param name="Events">How many events each entity has.</param>
public sealed record EvaluatedEntities(IReadOnlyList<string> Classes, IReadOnlyList<double> Labels, IReadOnlyList<int> Folds, IReadOnlyList<int> Events)
{
    /// <summary>Gets what the metric is broken down by: the number of events first, then the columns that were asked for.</summary>
    public IReadOnlyList<EntityField> Fields { get; init; } = [];

    /// <summary>Gets what the map can be coloured by besides: the label, and of each field of the events its most frequent value, its mean or its span.</summary>
    public IReadOnlyList<EntityField> Colours { get; init; } = [];

    /// <summary>Gets a fingerprint of events, labels and folds, in hexadecimal: the same where all of them are.</summary>
    public string Fingerprint { get; init; } = "";
}

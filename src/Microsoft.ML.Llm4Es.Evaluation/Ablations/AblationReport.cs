namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an ablation found.</summary>
/// <param name="Name">The ablation, such as <c>tuning</c>.</param>
/// <param name="Label">The name of the label column.</param>
/// <param name="Metric"><c>AUC</c> (area under the ROC curve) for two classes, <c>accuracy</c> for more, <c>R2</c> for a number.</param>
/// <param name="Entities">The number of entities.</param>
/// <param name="Events">The number of their events.</param>
/// <param name="Seeds">The seeds.</param>
/// <param name="Variants">A result for each variant; the first is what the others are compared with.</param>
public sealed record AblationReport(string Name, string Label, string Metric, int Entities, long Events, IReadOnlyList<int> Seeds, IReadOnlyList<AblationResult> Variants)
{
    /// <summary>Gets what the variants' positions are, for the chart.</summary>
    public string PositionName { get; init; } = "";

    /// <summary>Gets how it was judged; null where it is not known.</summary>
    public EvaluationProtocol? Protocol { get; init; }

    /// <summary>Gets what was done with the texts or the model beside what the variants' names say, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets what may make the figures better than they will be in use.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];
}

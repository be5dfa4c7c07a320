using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The variants of an ablation, for each seed.</summary>
/// <param name="Variants">The variants for a seed.</param>
internal sealed record AblationPlan(Func<int, IReadOnlyList<AblationVariant>> Variants)
{
    /// <summary>What the variants' positions are, for the chart.</summary>
    public string PositionName { get; init; } = "";

    /// <summary>What the report tells of how the variants were made.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

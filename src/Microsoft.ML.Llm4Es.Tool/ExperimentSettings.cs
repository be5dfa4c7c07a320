using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the verb <c>experiment</c> was asked to do.</summary>
internal sealed record ExperimentSettings
{
    public required EvaluationTask Task { get; init; }

    public int Trials { get; init; }

    public double? Minutes { get; init; }

    public SearchStrategy Strategy { get; init; }

    /// <summary>The file of the search space; null for the default one.</summary>
    public string? Space { get; init; }

    public int? HeldOutFold { get; init; }

    public int Seed { get; init; }

    public required string Output { get; init; }
}

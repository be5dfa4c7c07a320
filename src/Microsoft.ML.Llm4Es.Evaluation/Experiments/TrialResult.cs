using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What a trial reached on the folds that the choice is made by.</summary>
public sealed class TrialResult
{
    internal TrialResult()
    {
    }

    /// <summary>Gets the number of the trial's settings in the order of the search, from 0.</summary>
    public required int Trial { get; init; }

    /// <summary>Gets the rung of successive halving, from 0; 0 in a random search.</summary>
    public required int Rung { get; init; }

    /// <summary>Gets the share of the trial's training tokens that the model was tuned on: 1 but for the lower rungs of successive halving.</summary>
    public required double Share { get; init; }

    /// <summary>Gets the mean over folds of the first metric; not a number where the trial failed.</summary>
    public double Score => Metrics.Count == 0 ? double.NaN : Metrics[0].Mean;

    /// <summary>Gets all that was measured, a value for each fold; empty where the trial failed.</summary>
    public required IReadOnlyList<MetricResult> Metrics { get; init; }

    /// <summary>Gets how long it took. What an earlier trial had made already took nothing.</summary>
    public required StageSeconds Seconds { get; init; }

    /// <summary>Gets why the trial failed; null where it did not.</summary>
    public required string? Error { get; init; }

    /// <summary>Gets the settings.</summary>
    [JsonPropertyOrder(1)]
    public required TrialSettings Settings { get; init; }

    /// <summary>Says the settings in words, each by its name, such as <c>learning rate</c>; the same names in the same order for every trial.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe() => TrialText.Describe(this);

    /// <summary>Those that did not fail, the best first; of equal ones the earlier, so that the order is settled.</summary>
    internal static IEnumerable<TrialResult> Ranked(IEnumerable<TrialResult> results) =>
        results.Where(result => double.IsFinite(result.Score)).OrderByDescending(result => result.Score).ThenByDescending(result => result.Rung).ThenBy(result => result.Trial);
}

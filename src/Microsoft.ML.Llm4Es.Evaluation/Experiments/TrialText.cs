using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The settings of a trial in words.</summary>
internal static class TrialText
{
    private const string Default = "default";

    /// <summary>Each setting by its name, the same names in the same order for every trial.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(TrialResult trial)
    {
        TrialSettings settings = trial.Settings;
        return
        [
            new("text", settings.Text.Fields.Count > 0 ? string.Join(' ', settings.Text.Fields.Select(field => field.Name)) : "all fields"),
            new("events", settings.Text.MaxEvents is { } events ? Invariant($"{events:N0} events") : "all events"),
            new("time", $"time {settings.TimeFormat?.ToString() ?? "as it is"}"),
            new("model", $"{settings.Model}"),
            new("tuning", $"{settings.Tuning}"),
            new("epochs", Invariant($"epochs {settings.Epochs?.ToString(CultureInfo.InvariantCulture) ?? Default}")),
            new("tokens", Invariant($"tokens {settings.MaxTokens?.ToString("N0", CultureInfo.InvariantCulture) ?? Default}")),
            new("share of tokens", Invariant($"{100 * trial.Share:F0} % of tokens")),
            new("learning rate", Invariant($"rate {settings.LearningRate?.ToString(CultureInfo.InvariantCulture) ?? Default}")),
            new("pooling", $"pooling {string.Join(' ', settings.Pooling.Parts)}"),
            new("trainer", $"trainer {settings.Trainer?.ToString() ?? Default}"),
            new("classifier", settings.Classifier is { } classifier
                ? Invariant($"{classifier.Trees} trees of depth {classifier.MaxDepth}, rate {classifier.LearningRate}, features {classifier.FeatureFraction}, leaf {classifier.MinRowsPerLeaf}")
                : "default classifier"),
        ];
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The settings of one trial: a value of each list of an <see cref="Llm4EsSearchSpace"/>.</summary>
public sealed class TrialSettings
{
    internal TrialSettings()
    {
    }

    /// <summary>Gets how events are written as text.</summary>
    public required TextifyEventsOptions Text { get; init; }

    /// <summary>Gets how event times are written; null for what <see cref="Text"/> says.</summary>
    public required TimeFormat? TimeFormat { get; init; }

    /// <summary>Gets the language model.</summary>
    public required LanguageModelSource Model { get; init; }

    /// <summary>Gets what of it is tuned.</summary>
    public required Tuning Tuning { get; init; }

    /// <summary>Gets how often tuning sees each text; null for the model's default.</summary>
    public required int? Epochs { get; init; }

    /// <summary>Gets after how many tokens tuning ends; null for the model's default. A rung of successive halving takes a share of it.</summary>
    public required long? MaxTokens { get; init; }

    /// <summary>Gets the largest learning rate; null for the model's default.</summary>
    public required double? LearningRate { get; init; }

    /// <summary>Gets which hidden states become the vector, and how.</summary>
    public required PoolingOptions Pooling { get; init; }

    /// <summary>Gets what predicts the label; null for the evaluation's trainer.</summary>
    public TrainerKind? Trainer { get; init; }

    /// <summary>Gets the settings of LightGBM; null for the evaluation's.</summary>
    public required LightGbmOptions? Classifier { get; init; }

    /// <summary>Gets the settings that tuning starts from.</summary>
    internal TrainingOptions DefaultTraining => Tuning.Defaults(Model.DefaultTraining);

    /// <summary>A text format for data, with a time format in its place.</summary>
    /// <exception cref="ArgumentException">A field is not in the data, or there is a time format and no field to write by it.</exception>
    internal static TextifyEventsOptions TextOf(MLContext ml, TextifyEventsOptions text, TimeFormat? timeFormat, IDataView data)
    {
        // Fitting settles which fields are written where none are named.
        IReadOnlyList<EventField> fields = ml.Transforms.TextifyEvents(TunedEmbedder.Text, text).Fit(data).Fields;
        if (timeFormat is not { } format) return text;

        if (fields.All(field => field.Kind is not EventFieldKind.Time))
        {
            throw new ArgumentException($"The time format {format} is to be tried, and no field of the text is a time; the fields are {string.Join(", ", fields.Select(field => field.Column))}. " +
                $"Group events with a time, add an EventField.Time, or leave {nameof(Llm4EsSearchSpace.TimeFormats)} out.");
        }

        return new TextifyEventsOptions
        {
            Fields = [.. fields.Select(field => field.Kind is EventFieldKind.Time ? EventField.Time(field.Column, field.Name, format, field.TimeUnit) : field)],
            MaxEvents = text.MaxEvents,
        };
    }

    /// <summary>How the model is tuned with a share of its tokens; null for the defaults.</summary>
    internal TrainingOptions? Training(double share)
    {
        if (share == 1 && Epochs is null && MaxTokens is null && LearningRate is null) return null;

        TrainingOptions standard = DefaultTraining;
        return standard with
        {
            Epochs = Epochs ?? standard.Epochs,
            MaxTokens = (MaxTokens ?? standard.MaxTokens) is { } tokens ? (long)Math.Ceiling(tokens * share) : null,
            LearningRate = LearningRate ?? standard.LearningRate,
        };
    }

    /// <summary>
    /// What tells one tuned model from another, as JSON. Trials that differ in pooling and classifier only share it, and where nothing is tuned those that differ in
    /// how they would be tuned.
    /// </summary>
    internal string TuningKey(double share) => ExperimentFormat.Write(new { Text, TimeFormat, Model, Tuning, Training = Tuning.Trains ? Training(share) : null });
}

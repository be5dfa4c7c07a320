using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// What an <see cref="Llm4EsExperiment"/> searches: for each setting of the pipeline the values to try. A trial takes one value of each, so the space has as many
/// trials as the product of the lists' lengths. A list of one value, the default of each, is not searched.
/// </summary>
public sealed record Llm4EsSearchSpace
{
    /// <summary>Gets the ways of writing events as text: fields, and how many events. Default: all fields.</summary>
    /// <exception cref="ArgumentException">There is none, or one is null.</exception>
    public IReadOnlyList<TextifyEventsOptions> Texts { get; init => field = Values(value); } = [new()];

    /// <summary>Gets how event times are written, in place of what <see cref="Texts"/> say; null leaves it at that. Default: null alone.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not defined.</exception>
    public IReadOnlyList<TimeFormat?> TimeFormats { get; init => field = Checked(value, format => Enum.IsDefined(format), "a defined time format"); } = [null];

    /// <summary>Gets the language models. A fitted embedder's is refused, since nothing names it in the log: save it, and use <see cref="LanguageModelSource.Model"/>. Default: the embedder's.</summary>
    /// <exception cref="ArgumentException">There is none, or one is null or a fitted embedder's.</exception>
    public IReadOnlyList<LanguageModelSource> Models { get; init => field = Named(Values(value)); } = [new FineTuneLlmEmbedderOptions().Model];

    /// <summary>Gets what of the model is tuned. Default: the embedder's.</summary>
    /// <exception cref="ArgumentException">There is none, or one is null.</exception>
    public IReadOnlyList<Tuning> Tunings { get; init => field = Values(value); } = [new FineTuneLlmEmbedderOptions().Tuning];

    /// <summary>Gets how often tuning sees each text; null for the model's default. Default: null alone.</summary>
    /// <exception cref="ArgumentException">There is none, or one is below 1.</exception>
    public IReadOnlyList<int?> Epochs { get; init => field = Checked(value, epochs => epochs >= 1, "at least 1"); } = [null];

    /// <summary>Gets after how many tokens tuning ends though epochs remain; null for the model's default. Default: null alone.</summary>
    /// <exception cref="ArgumentException">There is none, or one is below 1.</exception>
    public IReadOnlyList<long?> MaxTokens { get; init => field = Checked(value, tokens => tokens >= 1, "at least 1"); } = [null];

    /// <summary>Gets the largest learning rates; null for the model's default. Default: null alone.</summary>
    /// <exception cref="ArgumentException">There is none, or one is not a number above 0.</exception>
    public IReadOnlyList<double?> LearningRates { get; init => field = Checked(value, rate => rate is > 0 and < double.PositiveInfinity, "a number above 0"); } = [null];

    /// <summary>Gets which hidden states become the vector, and how. Default: the embedder's.</summary>
    /// <exception cref="ArgumentException">There is none, or one is null.</exception>
    public IReadOnlyList<PoolingOptions> Poolings { get; init => field = Values(value); } = [new EmbeddingOptions().Pooling];

    /// <summary>Gets what predicts the label. Default: none, which stands for the evaluation's trainer.</summary>
    /// <exception cref="ArgumentException">One is not defined.</exception>
    public IReadOnlyList<TrainerKind> Trainers { get; init => field = Defined(value); } = [];

    /// <summary>
    /// Gets the settings of LightGBM. Its number of threads is taken from <see cref="DownstreamEvaluationOptions.Classifier"/>. Default: none, which stands for the
    /// evaluation's settings.
    /// </summary>
    /// <exception cref="ArgumentException">One is null.</exception>
    public IReadOnlyList<LightGbmOptions> Classifiers { get; init => field = value is { Count: 0 } ? value : Values(value); } = [];

    /// <summary>
    /// Gets a space of 24 trials for a first search: gaps or days, a third or all of the tokens that a model from scratch is tuned on, the embedder's pooling, that of
    /// <see cref="Llm4EsPreset.Blend"/> or the token embeddings alone, and two classifiers. Four models are tuned for it.
    /// </summary>
    public static Llm4EsSearchSpace Default { get; } = new()
    {
        TimeFormats = [TimeFormat.Gap, TimeFormat.Days],
        MaxTokens = [700_000, 2_000_000],
        Poolings = [new EmbeddingOptions().Pooling, Llm4EsPreset.Blend.Pooling, PoolingOptions.Of(LayerRange.TokenEmbeddings)],
        Classifiers = [new(), new() { FeatureFraction = 0.3, MinRowsPerLeaf = 20 }],
    };

    /// <summary>Reads a space from a JSON file, in which each member is named as here, beginning with a small letter; docs/experiments.md has an example.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The space.</returns>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not JSON, or has a member or a value that a space cannot have.</exception>
    public static Llm4EsSearchSpace Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"The search space {path} was not found. Check the path.", path);
        try
        {
            return JsonSerializer.Deserialize<Llm4EsSearchSpace>(File.ReadAllText(path), ExperimentFormat.Compact)
                ?? throw new InvalidDataException($"{path} is null where a search space is expected.");
        }
        catch (Exception exception) when (exception is JsonException or ArgumentException)
        {
            string members = string.Join(", ", typeof(Llm4EsSearchSpace).GetProperties().Where(property => property.CanWrite).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)));
            throw new InvalidDataException($"{path} is not a search space: {exception.Message} A space is a JSON object with some of the members {members}, each a list of values.", exception);
        }
    }

    private static IReadOnlyList<T> Values<T>(IReadOnlyList<T> values, [CallerMemberName] string name = "")
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count == 0) throw new ArgumentException($"{name} is empty; at least one value is expected.", name);
        return values.Any(value => value is null) ? throw new ArgumentException($"A value of {name} is null.", name) : [.. values];
    }

    private static IReadOnlyList<TrainerKind> Defined(IReadOnlyList<TrainerKind> values, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(values, name);
        foreach (TrainerKind value in values)
            if (!Enum.IsDefined(value)) throw new ArgumentException($"{name} has the value {value}; {string.Join(", ", Enum.GetNames<TrainerKind>())} are expected.", name);
        return [.. values];
    }

    private static IReadOnlyList<T?> Checked<T>(IReadOnlyList<T?> values, Func<T, bool> isValid, string expected, [CallerMemberName] string name = "")
        where T : struct
    {
        ArgumentNullException.ThrowIfNull(values, name);
        if (values.Count == 0) throw new ArgumentException($"{name} is empty; at least one value is expected, null for the default.", name);
        foreach (T? value in values)
            if (value is { } given && !isValid(given)) throw new ArgumentException(FormattableString.Invariant($"{name} has the value {given}; {expected} is expected."), name);
        return [.. values];
    }

    private static IReadOnlyList<LanguageModelSource> Named(IReadOnlyList<LanguageModelSource> models) => models.All(model => model.HasName)
        ? models
        : throw new ArgumentException($"{nameof(Models)} has the model of a fitted embedder, which the log of trials could not name. Save it with MLContext.Model.Save, and use LanguageModelSource.Model.", nameof(models));
}

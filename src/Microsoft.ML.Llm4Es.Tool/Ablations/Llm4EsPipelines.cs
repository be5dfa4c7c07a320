using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The pipeline of LLM4ES in parts, of which each ablation changes one.</summary>
internal sealed class Llm4EsPipelines(MLContext ml, AblateSettings settings, CancellationToken cancellation)
{
    /// <summary>The column of texts.</summary>
    public const string Text = "Llm4EsText";

    private const string Vector = "Llm4EsVector";

    public MLContext Context => ml;

    public AblateSettings Settings => settings;

    public CancellationToken Cancellation => cancellation;

    public IEstimator<ITransformer> Textify(TextifyEventsOptions? options = null) => ml.Transforms.TextifyEvents(Text, options);

    /// <summary>The embedder's settings for a seed; the model is the command line's where none is named.</summary>
    public FineTuneLlmEmbedderOptions Options(int seed, string? model = null, Tuning? tuning = null)
    {
        FineTuneLlmEmbedderOptions options = (settings.Task.Preset with { Model = LanguageModelSource.Parse(model ?? settings.Model) }).EmbedderOptions();
        (options.Tuning, options.Seed, options.CancellationToken) = (tuning ?? Tuning.Full(), seed, cancellation);
        TrainingBudget.Set(options, settings.Tokens);
        return options;
    }

    public IEstimator<ITransformer> Embed(FineTuneLlmEmbedderOptions options, string text = Text) => ml.Transforms.FineTuneLlmEmbedder(Vector, text, options);

    /// <summary>The whole pipeline, with nothing changed but the embedder's settings.</summary>
    public Representation Create(string name, FineTuneLlmEmbedderOptions options) => Join(name, Textify(), Embed(options));

    public static Representation Join(string name, IEstimator<ITransformer> texts, IEstimator<ITransformer> embedder) => new(name, texts.Append(embedder), Vector);

    /// <summary>A variant without anything to be told but its name.</summary>
    public static AblationVariant Variant(Representation representation) => new(representation.Name, representation);

    /// <summary>The size of the model, where it is from scratch; null for any other.</summary>
    public static LanguageModelPreset? Preset(string model)
    {
        string[] parts = model.Split(':', 2);
        return parts[0] != EvaluateSettings.Scratch ? null : parts.Length == 1 ? LanguageModelPreset.Small : LanguageModelPreset.Parse(parts[1]);
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Tunes a language model once, and keeps it in a folder: fitted again, by this process or another, it is read from there. Tuning that was killed goes on from its
/// last checkpoint. How hidden states are pooled is chosen anew each time.
/// </summary>
/// <param name="ml">The context.</param>
/// <param name="settings">What is tuned, and how.</param>
/// <param name="share">The share of the training tokens.</param>
/// <param name="seed">The seed of tuning.</param>
/// <param name="folder">Where the tuned model is kept.</param>
/// <param name="cancellation">Stops tuning, which keeps a checkpoint.</param>
internal sealed class TunedEmbedder(MLContext ml, TrialSettings settings, double share, int seed, string folder, CancellationToken cancellation) : IEstimator<ITransformer>
{
    public const string Text = "Text";
    public const string Output = "Embedding";

    private string ModelPath => Path.Combine(folder, "embedder.zip");

    private string Checkpoints => Path.Combine(folder, "checkpoints");

    /// <summary>The ways of pooling that are wanted, all in one pass. Ranges that reach above the model's last layer are left out, if others remain.</summary>
    public required IReadOnlyList<PoolingOptions> Poolings { get; init; }

    /// <summary>Where vectors are kept.</summary>
    public EmbeddingCacheOptions Cache { get; init; } = new();

    /// <summary>How vectors were pooled in the end; null before fitting.</summary>
    public PoolingOptions? Pooling { get; private set; }

    public ITransformer Fit(IDataView input)
    {
        ITransformer[] tuned = File.Exists(ModelPath) ? [.. (TransformerChain<ITransformer>)ml.Model.Load(ModelPath, out _)] : Tune(input);
        using var embedder = (FineTuneLlmEmbedderTransformer)tuned[^1];
        Pooling = TrialPooling.Union(Poolings, embedder.Configuration.HiddenLayers);
        var pooled = ml.Transforms.FineTuneLlmEmbedder(Output, Text, new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.Transformer(embedder),
            Tuning = Tuning.None,
            Embedding = new EmbeddingOptions { Pooling = Pooling, Cache = Cache },
            Seed = seed,
            CancellationToken = cancellation,
        });
        // The estimator wants a text, though it learns nothing from it.
        return new TransformerChain<ITransformer>([.. tuned[..^1], pooled.Fit(tuned[0].Transform(new RowSubset(input, [0])))]);
    }

    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Embedder().GetOutputSchema(ml.Transforms.TextifyEvents(Text, settings.Text).GetOutputSchema(inputSchema));

    private ITransformer[] Tune(IDataView input)
    {
        TextifyEventsTransformer text = ml.Transforms.TextifyEvents(Text, TrialSettings.TextOf(ml, settings.Text, settings.TimeFormat, input)).Fit(input);
        ITransformer[] tuned = [text, Embedder().Fit(text.Transform(input))];
        WholeFile.Write(ModelPath, stream => ml.Model.Save(new TransformerChain<ITransformer>(tuned), input.Schema, stream));
        if (Directory.Exists(Checkpoints)) Directory.Delete(Checkpoints, recursive: true);
        return tuned;
    }

    private FineTuneLlmEmbedderEstimator Embedder() => ml.Transforms.FineTuneLlmEmbedder(Output, Text, new FineTuneLlmEmbedderOptions
    {
        Model = settings.Model,
        Tuning = settings.Tuning,
        Training = settings.Training(share),
        Seed = seed,
        CheckpointFolder = settings.Tuning.Trains ? Checkpoints : null,
        CancellationToken = cancellation,
    });
}

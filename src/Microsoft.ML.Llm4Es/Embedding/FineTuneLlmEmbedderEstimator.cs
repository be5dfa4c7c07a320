using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Tunes a language model on texts by next-token prediction, then turns each text into one vector: the mean of its hidden states over a range of layers,
/// then over its tokens (LLM4ES, arXiv 2508.05688).
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | a scalar text column; while fitting also the columns of <see cref="FineTuneLlmEmbedderOptions.TrainingTexts"/> |
/// | Appends | a vector of <see cref="float"/>, as long as the model's hidden size for each range of layers and way of pooling, with slot names |
/// | Needs labels | no |
/// | Trains | in <see cref="Fit"/>, repeatably for one seed on one machine |
/// | Runs on | CPU, or the GPU of <see cref="MLContext.GpuDeviceId"/> |
/// | Saved in a model | yes, with tokenizer, and weights or a reference to them |
/// </remarks>
public sealed class FineTuneLlmEmbedderEstimator : IEstimator<FineTuneLlmEmbedderTransformer>
{
    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly string _inputColumnName;
    private readonly FineTuneLlmEmbedderOptions _options;

    internal FineTuneLlmEmbedderEstimator(IHostEnvironment environment, string outputColumnName, string inputColumnName, FineTuneLlmEmbedderOptions options)
    {
        _host = environment.Register(nameof(FineTuneLlmEmbedderEstimator), options.Seed);
        _outputColumnName = outputColumnName;
        _inputColumnName = inputColumnName;
        _options = options.Clone();
    }

    private string? CheckpointFolder => _options.CheckpointFolder ?? _options.Training?.Checkpoints?.Folder;

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TextColumn.Find(inputSchema, _inputColumnName);
        SchemaShape.Column output = MLNetInternals.NewColumn(
            _outputColumnName, SchemaShape.Column.VectorKind.Vector, NumberDataViewType.Single, MLNetInternals.SlotNamesShape());
        return inputSchema.With(output);
    }

    /// <summary>Tunes the model.</summary>
    /// <param name="input">The rows; texts are read once.</param>
    /// <returns>The transformer that embeds; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A text column is missing or of another type.</exception>
    /// <exception cref="InvalidOperationException">There is no text to learn from, the checkpoint folder is of a run with other data, options or model, or there is no folder to keep weights in.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is no longer finite; the message names the texts, and their rows as entities.</exception>
    /// <exception cref="InsufficientMemoryException">Memory does not suffice; the message says which setting to lower.</exception>
    /// <exception cref="IOException">A checkpoint cannot be written; the last good one is intact.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled, and <see cref="TrainingOptions.OnCancellation"/> does not ask for the model.</exception>
    public FineTuneLlmEmbedderTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        TextColumn.Find(input.Schema, _inputColumnName);

        torch.Device device = _host.SelectDevice();
        int seed = _options.Seed ?? CheckpointSeed.Keep(CheckpointFolder, _host.Rand.Next());
        using IChannel channel = _host.Start("Fine-tuning");
        using TrainingTexts texts = ReadTexts(input);

        (CausalLanguageModel model, LanguageModelTokenizer tokenizer, string? folder) =
            _options.Model.Open(texts, seed, device, message => channel.Info(message), _options.CancellationToken);
        LoraAdapter? adapter = null;
        try
        {
            _options.SaveWeights.Check(_options.Model, _options.Tuning, folder);
            model.Precision = _options.Precision;
            // Made before the long work, so that options that do not fit the model are refused at once.
            var embedder = new TextEmbedder(model, tokenizer, _options.Embedding);
            if (_options.Tuning.Trains)
            {
                adapter = _options.Tuning.Prepare(model, seed);
                Train(model, tokenizer, texts, seed, channel);
                adapter?.Merge();
                model.TrainAll();
            }

            if (_options.Embedding.Cache.Folder is { } cache) embedder.UseCacheFolder(cache);
            ExternalWeights? weights = _options.SaveWeights.Keep(model, tokenizer, folder, isAdapted: adapter is not null);
            var settings = new EmbedderSettings(_options.Embedding, _options.Precision, _options.Model.IsFromScratch, weights);
            return new FineTuneLlmEmbedderTransformer(_host, _outputColumnName, _inputColumnName, embedder, adapter, settings);
        }
        catch
        {
            adapter?.Dispose();
            model.Dispose();
            throw;
        }
    }

    private TrainingTexts ReadTexts(IDataView input)
    {
        TrainingTexts texts = new(CheckpointFolder ?? Path.GetTempPath());
        try
        {
            texts.Add(input, _options.TrainingTexts.Count > 0 ? _options.TrainingTexts : [_inputColumnName], CheckCancelled);
            foreach (TrainingData other in _options.TrainingData) texts.Add(other.Data, other.Texts, CheckCancelled);
            return texts.Count > 0
                ? texts
                : throw new InvalidOperationException("There is no text to learn from: every row's text is empty. Check the columns that TextifyEvents reads, and that there are rows.");
        }
        catch
        {
            texts.Dispose();
            throw;
        }
    }

    private void Train(CausalLanguageModel model, LanguageModelTokenizer tokenizer, TrainingTexts texts, int seed, IChannel channel)
    {
        using TokenCorpus corpus = Tokenize(texts, tokenizer, model.Configuration);
        channel.Info($"tuning ({_options.Tuning}) {model.TrainableWeights:N0} weights on {corpus.Count:N0} texts of {corpus.TokenCount:N0} tokens, seed {seed}");

        using IProgressChannel progressChannel = _host.StartProgressChannel("Fine-tuning");
        var progress = new TrainingProgressLog(channel, progressChannel, _options.Progress, CheckCancelled);
        new CausalLanguageModelTrainer(model, Training(model, texts.Weights, seed, channel)).Train(corpus, progress, _options.CancellationToken);
    }

    private TrainingOptions Training(CausalLanguageModel model, IReadOnlyList<double>? weights, int seed, IChannel channel)
    {
        TrainingOptions training = _options.Training ?? _options.DefaultTraining;
        return training with
        {
            Seed = seed,
            Precision = _options.Precision,
            // No model can be tuned on longer texts than it was made for.
            ContextLength = Math.Min(training.ContextLength, model.Configuration.MaxPositions),
            SequenceWeights = weights,
            Checkpoints = CheckpointFolder is { } folder ? (training.Checkpoints ?? new CheckpointOptions(folder)) with { Folder = folder } : null,
            Log = training.Log + (line => channel.Info(line)),
        };
    }

    /// <summary>The texts as tokens, each of the entity that is its row, and with the token that tells the model that a text ends.</summary>
    private TokenCorpus Tokenize(TrainingTexts texts, LanguageModelTokenizer tokenizer, LanguageModelConfiguration configuration)
    {
        int? end = configuration.EndOfTextIds.Cast<int?>().FirstOrDefault();
        using var builder = new TokenCorpusBuilder(configuration.VocabularySize, CheckpointFolder);
        for (int i = 0; i < texts.Count; i++)
        {
            CheckCancelled();
            IReadOnlyList<int> ids = tokenizer.Encode(texts[i], addSpecialTokens: true);
            CheckVocabulary(ids, configuration.VocabularySize, tokenizer);
            builder.Add(end is { } id && (ids.Count == 0 || ids[^1] != id) ? [.. ids, id] : [.. ids], texts.Row(i));
        }

        return builder.Build();
    }

    private static void CheckVocabulary(IReadOnlyList<int> ids, int vocabulary, LanguageModelTokenizer tokenizer)
    {
        int largest = ids.DefaultIfEmpty().Max();
        if (largest < vocabulary) return;

        throw new InvalidOperationException(
            $"The tokenizer writes a text with token {largest} ('{tokenizer.Decode([largest])}'), but the model knows tokens 0 to {vocabulary - 1}: they do not belong together. "
            + "Check that config.json, model.safetensors and tokenizer.json are of the same model.");
    }

    private void CheckCancelled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }
}

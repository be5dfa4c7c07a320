using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(FineTuneLlmEmbedderTransformer), null, typeof(SignatureLoadModel), "LLM4ES embedder", FineTuneLlmEmbedderTransformer.Loader)]

namespace Microsoft.ML.Llm4Es;

/// <summary>Appends the embedding of a text column. Safe for several cursors and prediction engines at once: they share one model.</summary>
public sealed class FineTuneLlmEmbedderTransformer : BatchedTransformer, IDisposable
{
    internal const string Loader = "Llm4EsEmbedder";

    private const string ConfigurationEntry = "config.json";
    private const string TokenizerEntry = "tokenizer.json";
    private const string WeightsEntry = "model.safetensors";
    private const string AdapterConfigurationEntry = "adapter_config.json";
    private const string AdapterWeightsEntry = "adapter_model.safetensors";

    private static readonly ModelFormat Format = new("LLM4ESEM", 0x00010002, 0x00010002, Loader, typeof(FineTuneLlmEmbedderTransformer));

    private readonly TextEmbedder _embedder;
    private readonly LoraAdapter? _adapter;
    private readonly FineTuneLlmEmbedderOptions _options;

    /// <param name="environment">The environment.</param>
    /// <param name="outputColumnName">The column to append.</param>
    /// <param name="inputColumnName">The text column to read.</param>
    /// <param name="embedder">Computes; owned by the transformer from here on.</param>
    /// <param name="adapter">What was merged into the model, so that it can be exported; owned by the transformer too.</param>
    /// <param name="isFromScratch">Whether the model began with random weights.</param>
    /// <param name="options">The settings.</param>
    internal FineTuneLlmEmbedderTransformer(
        IHostEnvironment environment, string outputColumnName, string inputColumnName, TextEmbedder embedder, LoraAdapter? adapter, bool isFromScratch, FineTuneLlmEmbedderOptions options)
        : base(environment.Register(nameof(FineTuneLlmEmbedderTransformer)), outputColumnName, inputColumnName)
    {
        _embedder = embedder;
        _adapter = adapter;
        IsFromScratch = isFromScratch;
        _options = options;
    }

    /// <summary>Gets the length of the embedding: the model's hidden size.</summary>
    public int Dimension => _embedder.Dimension;

    /// <summary>Gets the shape of the language model.</summary>
    public LanguageModelConfiguration Configuration => _embedder.Model.Configuration;

    internal override int BatchSize => _options.RowsPerBatch;

    internal LanguageModelTokenizer Tokenizer => _embedder.Tokenizer;

    internal bool IsFromScratch { get; }

    /// <summary>The training settings to tune the model on with, where the user names none: those for where it began.</summary>
    internal TrainingOptions DefaultTraining => IsFromScratch ? TrainingDefaults.FromScratch(Configuration.MaxPositions) : TrainingDefaults.Pretrained;

    /// <summary>Saves the tuned language model and its tokenizer as a folder that Hugging Face's transformers, and <see cref="LanguageModelSource.Folder"/>, load. What LoRA tuned is part of the weights.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveHuggingFace(string folder)
    {
        _embedder.CheckNotDisposed();
        _embedder.Model.SaveHuggingFace(folder, Tokenizer);
    }

    /// <summary>Saves what <see cref="Tuning.Lora(int, double, double, IReadOnlyList{string}?)"/> tuned as an adapter in the format of Hugging Face's peft, to be used with the model that was tuned.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <param name="baseModelName">The model that was tuned, as a Hugging Face id or a folder, which peft opens with the adapter; null not to tell.</param>
    /// <exception cref="InvalidOperationException">The model was not tuned by LoRA.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAdapter(string folder, string? baseModelName = null)
    {
        _embedder.CheckNotDisposed();
        if (_adapter is null)
            throw new InvalidOperationException("There is no adapter to save: the model was not tuned by LoRA. Set Tuning = Tuning.Lora() before fitting, or save the whole model with SaveHuggingFace.");
        _adapter.BaseModelName = baseModelName;
        _adapter.Save(folder);
    }

    /// <summary>Frees the model. Transforming afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _embedder.Dispose();
        _adapter?.Dispose();
    }

    /// <summary>Copies the language model; the caller owns the copy.</summary>
    internal CausalLanguageModel CopyModel(TorchSharp.torch.Device device)
    {
        _embedder.CheckNotDisposed();
        return _embedder.Model.Clone(device);
    }

    /// <summary>Hands the language model over to the caller, who frees it; the transformer is of no use afterwards.</summary>
    internal CausalLanguageModel ReleaseModel()
    {
        _adapter?.Dispose();
        return _embedder.Release();
    }

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema) =>
        new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, Dimension));

    internal override void Compute(ReadOnlySpan<ReadOnlyMemory<char>> texts, Span<VBuffer<float>> results)
    {
        float[][] embeddings = _embedder.Embed(texts);
        for (int row = 0; row < embeddings.Length; row++)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref results[row], Dimension);
            embeddings[row].CopyTo(editor.Values);
            results[row] = editor.Commit();
        }
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        (int first, int last) = _options.Layers.Resolve(Configuration.HiddenLayers);
        writer.Write(first);
        writer.Write(last);
        writer.Write((int)_options.Precision);
        writer.Write(_options.TokensPerBatch);
        writer.Write(_options.RowsPerBatch);
        writer.Write(_options.CacheEntries);
        writer.Write(IsFromScratch);
        writer.Write(_adapter is not null);
        context.SaveStream(ConfigurationEntry, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Configuration.ToJson())));
        context.SaveStream(TokenizerEntry, _embedder.Tokenizer.Save);
        context.SaveUncompressed(WeightsEntry, _embedder.Model.WriteWeights);
        if (_adapter is null) return;

        context.SaveStream(AdapterConfigurationEntry, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(_adapter.ToJson())));
        context.SaveUncompressed(AdapterWeightsEntry, _adapter.WriteWeights);
    }

    /// <summary>ML.NET finds this by the attribute at the top and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString(), inputColumnName = reader.ReadString();
        int first = reader.ReadInt32(), last = reader.ReadInt32();
        var options = new FineTuneLlmEmbedderOptions
        {
            Layers = new LayerRange(first, last),
            Precision = (ComputePrecision)reader.ReadInt32(),
            TokensPerBatch = reader.ReadInt32(),
            RowsPerBatch = reader.ReadInt32(),
            CacheEntries = reader.ReadInt32(),
        };

        bool isFromScratch = reader.ReadBoolean(), hasAdapter = reader.ReadBoolean();
        TorchSharp.torch.Device device = environment.SelectDevice();
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(System.Text.Encoding.UTF8.GetString(ReadEntry(context, ConfigurationEntry)));
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Parse(ReadEntry(context, TokenizerEntry));
        CausalLanguageModel? model = null;
        if (!context.TryLoadUncompressed(WeightsEntry, stream => model = CausalLanguageModel.Read(configuration, stream, device)))
            throw Missing(WeightsEntry);

        model!.Precision = options.Precision;
        var embedder = new TextEmbedder(model, tokenizer, options.Layers, options.TokensPerBatch, options.CacheEntries);
        LoraAdapter? adapter = hasAdapter ? ReadAdapter(context, configuration, device) : null;
        return new FineTuneLlmEmbedderTransformer(environment, outputColumnName, inputColumnName, embedder, adapter, isFromScratch, options);
    }

    private static LoraAdapter ReadAdapter(ModelLoadContext context, LanguageModelConfiguration configuration, TorchSharp.torch.Device device)
    {
        string json = System.Text.Encoding.UTF8.GetString(ReadEntry(context, AdapterConfigurationEntry));
        LoraAdapter? adapter = null;
        return context.TryLoadUncompressed(AdapterWeightsEntry, stream => adapter = LoraAdapter.Read(configuration, json, stream, device))
            ? adapter!
            : throw Missing(AdapterWeightsEntry);
    }

    private static byte[] ReadEntry(ModelLoadContext context, string name)
    {
        var bytes = new MemoryStream();
        return context.TryLoadStream(name, stream => stream.CopyTo(bytes)) ? bytes.ToArray() : throw Missing(name);
    }

    private static InvalidDataException Missing(string entry) => new($"The saved model lacks the embedder's {entry}: the file is damaged or was not saved by this library.");
}

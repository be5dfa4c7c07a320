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

    private static readonly ModelFormat Format = new("LLM4ESEM", 0x00010001, 0x00010001, Loader, typeof(FineTuneLlmEmbedderTransformer));

    private readonly TextEmbedder _embedder;
    private readonly EmbeddingOptions _options;
    private readonly ComputePrecision _precision;

    internal FineTuneLlmEmbedderTransformer(IHostEnvironment environment, string outputColumnName, string inputColumnName, TextEmbedder embedder, EmbeddingOptions options, ComputePrecision precision)
        : base(environment.Register(nameof(FineTuneLlmEmbedderTransformer)), outputColumnName, inputColumnName)
    {
        _embedder = embedder;
        _options = options;
        _precision = precision;
    }

    /// <summary>Gets the length of the embedding: the model's hidden size for each range of layers and way of pooling.</summary>
    public int Dimension => _embedder.Dimension;

    /// <summary>Gets the shape of the language model.</summary>
    public LanguageModelConfiguration Configuration => _embedder.Model.Configuration;

    /// <summary>Gets how texts become vectors.</summary>
    public EmbeddingOptions Options => _options;

    /// <summary>Gets what the cache has done so far.</summary>
    public EmbeddingCacheStatistics CacheStatistics => _embedder.CacheStatistics;

    internal override int BatchSize => _options.RowsPerBatch;

    /// <summary>Keeps vectors in a folder too, from now on: what it has for this model is not computed again, in this process or another.</summary>
    /// <param name="folder">The folder; made when the first vector is kept.</param>
    /// <exception cref="IOException">A file in it cannot be read.</exception>
    public void UseCacheFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _embedder.UseCacheFolder(folder);
    }

    /// <summary>Frees the model. Transforming afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _embedder.Dispose();

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(Dimension, SlotNames);
        return new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, Dimension), annotations.ToAnnotations());
    }

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
        writer.Write((int)_precision);
        _options.Write(writer, Configuration);
        context.SaveStream(ConfigurationEntry, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Configuration.ToJson())));
        context.SaveStream(TokenizerEntry, _embedder.Tokenizer.Save);
        context.SaveUncompressed(WeightsEntry, _embedder.Model.WriteWeights);
    }

    /// <summary>ML.NET finds this by the attribute at the top and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString(), inputColumnName = reader.ReadString();
        var precision = (ComputePrecision)reader.ReadInt32();
        EmbeddingOptions options = EmbeddingOptionsFormat.Read(reader);

        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(System.Text.Encoding.UTF8.GetString(ReadEntry(context, ConfigurationEntry)));
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Parse(ReadEntry(context, TokenizerEntry));
        CausalLanguageModel? model = null;
        if (!context.TryLoadUncompressed(WeightsEntry, stream => model = CausalLanguageModel.Read(configuration, stream, environment.SelectDevice())))
            throw Missing(WeightsEntry);

        model!.Precision = precision;
        var embedder = new TextEmbedder(model, tokenizer, options);
        return new FineTuneLlmEmbedderTransformer(environment, outputColumnName, inputColumnName, embedder, options, precision);
    }

    private void SlotNames(ref VBuffer<ReadOnlyMemory<char>> names)
    {
        VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref names, Dimension);
        for (int i = 0; i < Dimension; i++) editor.Values[i] = _embedder.Names[i].AsMemory();
        names = editor.Commit();
    }

    private static byte[] ReadEntry(ModelLoadContext context, string name)
    {
        var bytes = new MemoryStream();
        return context.TryLoadStream(name, stream => stream.CopyTo(bytes)) ? bytes.ToArray() : throw Missing(name);
    }

    private static InvalidDataException Missing(string entry) => new($"The saved model lacks the embedder's {entry}: the file is damaged or was not saved by this library.");
}

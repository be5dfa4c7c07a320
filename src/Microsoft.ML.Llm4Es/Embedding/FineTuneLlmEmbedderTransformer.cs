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
    private readonly FineTuneLlmEmbedderOptions _options;

    internal FineTuneLlmEmbedderTransformer(IHostEnvironment environment, string outputColumnName, string inputColumnName, TextEmbedder embedder, FineTuneLlmEmbedderOptions options)
        : base(environment.Register(nameof(FineTuneLlmEmbedderTransformer)), outputColumnName, inputColumnName)
    {
        _embedder = embedder;
        _options = options;
    }

    /// <summary>Gets the length of the embedding: the model's hidden size.</summary>
    public int Dimension => _embedder.Dimension;

    /// <summary>Gets the shape of the language model.</summary>
    public LanguageModelConfiguration Configuration => _embedder.Model.Configuration;

    internal override int BatchSize => _options.RowsPerBatch;

    /// <summary>Frees the model. Transforming afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _embedder.Dispose();

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
        int first = reader.ReadInt32(), last = reader.ReadInt32();
        var options = new FineTuneLlmEmbedderOptions
        {
            Layers = new LayerRange(first, last),
            Precision = (ComputePrecision)reader.ReadInt32(),
            TokensPerBatch = reader.ReadInt32(),
            RowsPerBatch = reader.ReadInt32(),
            CacheEntries = reader.ReadInt32(),
        };

        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(System.Text.Encoding.UTF8.GetString(ReadEntry(context, ConfigurationEntry)));
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Parse(ReadEntry(context, TokenizerEntry));
        CausalLanguageModel? model = null;
        if (!context.TryLoadUncompressed(WeightsEntry, stream => model = CausalLanguageModel.Read(configuration, stream, environment.SelectDevice())))
            throw Missing(WeightsEntry);

        model!.Precision = options.Precision;
        var embedder = new TextEmbedder(model, tokenizer, options.Layers, options.TokensPerBatch, options.CacheEntries);
        return new FineTuneLlmEmbedderTransformer(environment, outputColumnName, inputColumnName, embedder, options);
    }

    private static byte[] ReadEntry(ModelLoadContext context, string name)
    {
        var bytes = new MemoryStream();
        return context.TryLoadStream(name, stream => stream.CopyTo(bytes)) ? bytes.ToArray() : throw Missing(name);
    }

    private static InvalidDataException Missing(string entry) => new($"The saved model lacks the embedder's {entry}: the file is damaged or was not saved by this library.");
}

using System.Text;
using Microsoft.ML;
using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(FineTuneLlmEmbedderTransformer), null, typeof(SignatureLoadModel), "LLM4ES embedder", FineTuneLlmEmbedderTransformer.Loader)]

namespace Microsoft.ML.Llm4Es;

/// <content>How the transformer stands in a saved model.</content>
public sealed partial class FineTuneLlmEmbedderTransformer
{
    internal const string Loader = "Llm4EsEmbedder";

    private const string ConfigurationEntry = "config.json";
    private const string TokenizerEntry = "tokenizer.json";
    private const string WeightsEntry = "model.safetensors";
    private const string AdapterConfigurationEntry = "adapter_config.json";
    private const string AdapterWeightsEntry = "adapter_model.safetensors";

    private static readonly ModelFormat Format = new("LLM4ESEM", 0x00010004, 0x00010004, Loader, typeof(FineTuneLlmEmbedderTransformer));

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        writer.Write(InputColumnName);
        writer.Write((int)_settings.Precision);
        writer.Write(IsFromScratch);
        writer.Write(_adapter is not null);
        _settings.Embedding.Write(writer, Configuration);
        writer.Write(_settings.Weights is not null);
        _settings.Weights?.Write(writer);
        context.SaveStream(ConfigurationEntry, stream => stream.Write(Encoding.UTF8.GetBytes(Configuration.ToJson())));
        context.SaveStream(TokenizerEntry, _embedder.Tokenizer.Save);
        if (_settings.Weights is null) context.SaveUncompressed(WeightsEntry, _embedder.Model.WriteWeights);
        if (_adapter is null) return;

        context.SaveStream(AdapterConfigurationEntry, stream => stream.Write(Encoding.UTF8.GetBytes(_adapter.ToJson())));
        context.SaveUncompressed(AdapterWeightsEntry, _adapter.WriteWeights);
    }

    /// <summary>ML.NET finds this by the attribute at the top and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString(), inputColumnName = reader.ReadString();
        var precision = (ComputePrecision)reader.ReadInt32();
        bool isFromScratch = reader.ReadBoolean(), hasAdapter = reader.ReadBoolean();
        EmbeddingOptions embedding = EmbeddingOptionsFormat.Read(reader);
        ExternalWeights? weights = reader.ReadBoolean() ? ExternalWeights.Read(reader) : null;

        TorchSharp.torch.Device device = environment.SelectDevice();
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Parse(Encoding.UTF8.GetString(ReadEntry(context, ConfigurationEntry)));
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Parse(ReadEntry(context, TokenizerEntry));
        CausalLanguageModel model = weights is null ? ReadModel(context, configuration, device) : weights.Load(configuration, device, out weights);
        LoraAdapter? adapter = hasAdapter ? ReadAdapter(context, configuration, device) : null;
        if (weights is { LackAdapter: true })
        {
            adapter!.Attach(model);
            adapter.Merge();
        }

        model.Precision = precision;
        var settings = new EmbedderSettings(embedding, precision, isFromScratch, weights);
        var embedder = new TextEmbedder(model, tokenizer, settings.Embedding);
        return new FineTuneLlmEmbedderTransformer(environment, outputColumnName, inputColumnName, embedder, adapter, settings);
    }

    private static CausalLanguageModel ReadModel(ModelLoadContext context, LanguageModelConfiguration configuration, TorchSharp.torch.Device device)
    {
        CausalLanguageModel? model = null;
        return context.TryLoadUncompressed(WeightsEntry, stream => model = CausalLanguageModel.Read(configuration, stream, device))
            ? model!
            : throw Missing(WeightsEntry);
    }

    private static LoraAdapter ReadAdapter(ModelLoadContext context, LanguageModelConfiguration configuration, TorchSharp.torch.Device device)
    {
        string json = Encoding.UTF8.GetString(ReadEntry(context, AdapterConfigurationEntry));
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

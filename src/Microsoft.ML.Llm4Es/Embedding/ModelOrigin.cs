using System.Text;
using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>Where the language model of an embedder came from, as far as it matters later.</summary>
/// <param name="IsFromScratch">Whether it began with random weights, which decides how it is tuned on.</param>
/// <param name="Adapter">What LoRA tuned and is part of the weights now, so that it can be exported; null where weights were tuned. It is owned.</param>
internal sealed record ModelOrigin(bool IsFromScratch, LoraAdapter? Adapter) : IDisposable
{
    private const string ConfigurationEntry = "adapter_config.json";
    private const string WeightsEntry = "adapter_model.safetensors";

    public void Dispose() => Adapter?.Dispose();

    /// <summary>Writes behind what the embedder wrote.</summary>
    public void Save(ModelSaveContext context)
    {
        context.Writer().Write(IsFromScratch);
        context.Writer().Write(Adapter is not null);
        if (Adapter is null) return;

        context.SaveStream(ConfigurationEntry, stream => stream.Write(Encoding.UTF8.GetBytes(Adapter.ToJson())));
        context.SaveUncompressed(WeightsEntry, Adapter.WriteWeights);
    }

    public static ModelOrigin Read(ModelLoadContext context, LanguageModelConfiguration configuration, torch.Device device)
    {
        bool isFromScratch = context.Reader().ReadBoolean();
        bool hasAdapter = context.Reader().ReadBoolean();
        return new(isFromScratch, hasAdapter ? ReadAdapter(context, configuration, device) : null);
    }

    private static LoraAdapter ReadAdapter(ModelLoadContext context, LanguageModelConfiguration configuration, torch.Device device)
    {
        string json = "";
        LoraAdapter? adapter = null;
        bool found = context.TryLoadStream(ConfigurationEntry, stream => json = new StreamReader(stream).ReadToEnd())
            && context.TryLoadUncompressed(WeightsEntry, stream => adapter = LoraAdapter.Read(configuration, json, stream, device));
        return found ? adapter! : throw new InvalidDataException($"The saved model lacks the embedder's {ConfigurationEntry} or {WeightsEntry}: the file is damaged or was not saved by this library.");
    }
}

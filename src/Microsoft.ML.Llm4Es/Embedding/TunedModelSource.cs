using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>The language model of a fitted embedder, to be tuned on: first on one corpus, then on another.</summary>
internal sealed class TunedModelSource : LanguageModelSource
{
    private readonly string? _path;
    private readonly FineTuneLlmEmbedderTransformer? _fitted;

    // Of a saved model these are known once it is open.
    private TrainingOptions _defaultTraining = TrainingDefaults.Pretrained;
    private bool _isFromScratch;

    public TunedModelSource(string path) => _path = path;

    public TunedModelSource(FineTuneLlmEmbedderTransformer fitted) => _fitted = fitted;

    /// <summary>Those of the source that the model was first made from.</summary>
    internal override TrainingOptions DefaultTraining => _fitted?.DefaultTraining ?? _defaultTraining;

    internal override bool IsFromScratch => _fitted?.IsFromScratch ?? _isFromScratch;

    internal override bool HasName => _fitted is null;

    /// <inheritdoc/>
    public override string ToString() => _path is null ? "the model of a fitted embedder" : $"the saved model {_path}";

    internal override OpenedLanguageModel Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation)
    {
        if (_fitted is not null)
        {
            log("copying the language model of a fitted embedder");
            return new(_fitted.CopyModel(device), _fitted.Tokenizer, _fitted.OwnWeightsFolder);
        }

        log($"opening {_path}");
        FineTuneLlmEmbedderTransformer embedder = LoadEmbedder(device);
        _defaultTraining = embedder.DefaultTraining;
        _isFromScratch = embedder.IsFromScratch;
        return new(embedder.ReleaseModel(), embedder.Tokenizer, embedder.OwnWeightsFolder);
    }

    private FineTuneLlmEmbedderTransformer LoadEmbedder(torch.Device device)
    {
        if (!File.Exists(_path)) throw new FileNotFoundException($"The model '{_path}' was not found. A model is expected that MLContext.Model.Save wrote, with a FineTuneLlmEmbedder in it.", _path);
        var ml = new MLContext { GpuDeviceId = device.type is DeviceType.CUDA ? device.index : null, FallbackToCpu = false };
        FineTuneLlmEmbedderTransformer[] embedders = [.. Embedders(ml.Model.Load(_path, out _))];
        if (embedders is [{ } embedder]) return embedder;

        foreach (FineTuneLlmEmbedderTransformer extra in embedders) extra.Dispose();
        throw new InvalidDataException(
            $"{_path} holds {embedders.Length} language models, so there is not one to tune on. "
            + "Expected a saved pipeline with one FineTuneLlmEmbedder; where there are several, load the pipeline and pass one with LanguageModelSource.Transformer.");
    }

    /// <summary>A chain is a list of transformers, some of which may be chains.</summary>
    private static IEnumerable<FineTuneLlmEmbedderTransformer> Embedders(ITransformer model) => model switch
    {
        FineTuneLlmEmbedderTransformer embedder => [embedder],
        IEnumerable<ITransformer> chain => chain.SelectMany(Embedders),
        _ => [],
    };
}

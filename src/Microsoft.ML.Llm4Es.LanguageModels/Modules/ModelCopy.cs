using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A model as the source of another one's weights.</summary>
internal sealed class ModelCopy : IWeightSource
{
    private readonly IReadOnlyDictionary<string, Tensor> _weights;

    /// <summary>Takes views of the weights, which belong to the current dispose scope.</summary>
    internal ModelCopy(CausalLanguageModel model)
    {
        _weights = model.Weights();
        Weights = [.. _weights.Select(weight => new StoredWeight(weight.Key, weight.Value.shape, IsFloatingPoint: true, Name))];
    }

    /// <inheritdoc/>
    public string Name => "the model to copy";

    /// <inheritdoc/>
    public IReadOnlyList<StoredWeight> Weights { get; }

    /// <inheritdoc/>
    public void CopyTo(StoredWeight weight, Tensor destination) => destination.copy_(_weights[weight.Name]);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One vector for each row of a batch: hidden states averaged over a range of layers, then over the row's tokens (LLM4ES, arXiv 2508.05688).</summary>
public static class HiddenStatePooling
{
    /// <summary>Pools the hidden states of a batch. Layers are summed as they come, so that they are never held all at once.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="layers">Which hidden states are averaged.</param>
    /// <returns>A vector of the model's hidden size for each row.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than the range asks for.</exception>
    public static float[][] Mean(CausalLanguageModel model, TokenBatch batch, LayerRange layers = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);

        (int first, int last) = layers.Resolve(model.Configuration.HiddenLayers);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor sum = zeros([batch.TokenCount, model.Configuration.HiddenSize], ScalarType.Float32, model.Device);
        model.HiddenStates(batch, (layer, hidden) =>
        {
            if (layer >= first && layer <= last) sum.add_(hidden);
        });
        sum.div_(last - first + 1);

        var vectors = new float[batch.RowCount][];
        int start = 0;
        for (int row = 0; row < vectors.Length; row++)
        {
            int length = batch.Lengths[row];
            using Tensor mean = sum.narrow(0, start, length).mean([0]).cpu();
            vectors[row] = mean.data<float>().ToArray();
            start += length;
        }

        return vectors;
    }
}

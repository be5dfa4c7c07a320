using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One vector for each row of a batch: hidden states averaged over a range of layers, then pooled over the row's tokens (LLM4ES, arXiv 2508.05688).</summary>
public static class HiddenStatePooling
{
    /// <summary>Pools the hidden states of a batch. Layers are summed as they come, so that they are never held all at once, and those above the range are not computed.</summary>
    /// <param name="model">The model. Any number of threads may pool with it at once.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="layers">Which hidden states are averaged. Default: the upper two thirds.</param>
    /// <param name="tokens">How the vectors of a row's tokens become one. Default: their mean.</param>
    /// <returns>For each row a vector of the model's hidden size, <c>[rows][hidden]</c>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than the range asks for, a token id is outside its vocabulary, or <paramref name="tokens"/> is not defined.</exception>
    public static float[][] Pool(CausalLanguageModel model, TokenBatch batch, LayerRange layers = default, TokenPooling tokens = TokenPooling.Mean)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        if (!Enum.IsDefined(tokens)) throw new ArgumentOutOfRangeException(nameof(tokens), tokens, "Expected Mean, Max or Last.");

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor states = MeanOverLayers(model, batch, layers);
        Tensor[] rows = states.split([.. batch.Lengths.Select(length => (long)length)], 0);
        // One copy from the device, not one a row.
        float[] vectors = [.. stack(rows.Select(row => Pool(row, tokens)).ToArray()).cpu().data<float>()];
        return [.. vectors.Chunk(model.Configuration.HiddenSize)];
    }

    /// <summary>The mean of the hidden states of a range of layers, <c>[tokens, hidden]</c>.</summary>
    private static Tensor MeanOverLayers(CausalLanguageModel model, TokenBatch batch, LayerRange layers)
    {
        (int first, int last) = layers.Resolve(model.Configuration.HiddenLayers);
        Tensor sum = zeros([batch.TokenCount, model.Configuration.HiddenSize], ScalarType.Float32, model.Device);
        using Tensor hidden = model.HiddenStates(batch, last, (layer, states) =>
        {
            if (layer >= first) sum.add_(states);
        });
        return sum.div_(last - first + 1);
    }

    /// <summary>Pools a row: <c>[tokens, hidden]</c> to <c>[hidden]</c>.</summary>
    private static Tensor Pool(Tensor row, TokenPooling tokens) => tokens switch
    {
        TokenPooling.Max => row.amax([0]),
        TokenPooling.Last => row[-1],
        _ => row.mean([0]),
    };
}

using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Grouped-query self-attention (Ainslie et al., arXiv 2305.13245) over the rows of a batch.</summary>
internal sealed class Attention
{
    private readonly int _layer;
    private readonly int _heads;
    private readonly int _keyValueHeads;
    private readonly int _headDimension;
    private readonly int? _window;
    private readonly RmsNorm? _queryNorm;
    private readonly RmsNorm? _keyNorm;
    private readonly AttentionKernel _kernel;

    internal Attention(LanguageModelConfiguration configuration, int layer, ModelWeights weights)
    {
        _layer = layer;
        _heads = configuration.AttentionHeads;
        _keyValueHeads = configuration.KeyValueHeads;
        _headDimension = configuration.HeadDimension;
        _window = configuration.WindowOf(layer);
        if (configuration.QueryKeyNorm)
        {
            _queryNorm = new(weights[WeightLayout.QueryNorm(layer)], configuration.RmsNormEpsilon);
            _keyNorm = new(weights[WeightLayout.KeyNorm(layer)], configuration.RmsNormEpsilon);
        }

        QueryKeyValue = weights.Linear(WeightLayout.QueryKeyValue(layer));
        Output = weights.Linear(WeightLayout.AttentionOutput(layer));
        _kernel = new(_heads, _keyValueHeads, _headDimension, new(_heads, _keyValueHeads, _headDimension, _queryNorm, _keyNorm));
    }

    /// <summary>Gets the fused projection to queries, keys and values, in this order: <c>[hidden]</c> to <c>[(heads + 2 key/value heads) x head dimension]</c>.</summary>
    internal Linear QueryKeyValue { get; }

    /// <summary>Gets the projection of the heads' results: <c>[heads x head dimension]</c> to <c>[hidden]</c>.</summary>
    internal Linear Output { get; }

    /// <summary>Attends <c>[tokens, hidden]</c>; the shape stays.</summary>
    internal Tensor Forward(Tensor x, BatchContext context)
    {
        Tensor projected = QueryKeyValue.Forward(x);
        if (context.UsesKernels && _window is null) return Output.Forward(_kernel.Forward(projected, context));

        Tensor qkv = projected.view(-1, _heads + (2 * _keyValueHeads), _headDimension);
        Tensor[] parts = qkv.split([_heads + _keyValueHeads, _keyValueHeads], 1);
        Tensor queriesAndKeys = RotaryEmbedding.Rotate(Normalize(parts[0]), context.Cos, context.Sin, x.dtype);

        if (context.Cache is { Positions: not null } nextTokens) return Output.Forward(nextTokens.Attend(_layer, queriesAndKeys, parts[1]));
        context.Cache?.Store(_layer, queriesAndKeys.narrow(1, _heads, _keyValueHeads), parts[1]);

        if (_window is null && BlockedAttention.IsFaster(queriesAndKeys))
            return Output.Forward(BlockedAttention.Forward(queriesAndKeys, parts[1], context.Batch.Lengths));

        // Splitting has a cheap gradient (one concatenation); narrowing row by row would add up a full-size gradient for each.
        long[] tokens = [.. context.Batch.Runs.Select(run => (long)run.Tokens)];
        Tensor[] queriesAndKeysOfRuns = queriesAndKeys.split(tokens, 0);
        Tensor[] valuesOfRuns = parts[1].split(tokens, 0);
        Tensor[] results = [.. context.Batch.Runs.Select((run, i) => Attend(queriesAndKeysOfRuns[i], valuesOfRuns[i], run))];
        return Output.Forward(results.Length == 1 ? results[0] : cat(results, 0));
    }

    private Tensor Normalize(Tensor queriesAndKeys)
    {
        if (_queryNorm is null || _keyNorm is null) return queriesAndKeys;
        Tensor[] parts = queriesAndKeys.split([_heads, _keyValueHeads], 1);
        return cat([_queryNorm.Forward(parts[0]), _keyNorm.Forward(parts[1])], 1);
    }

    /// <summary>Attends rows of equal length: <c>[rows x length, heads, head dimension]</c> to <c>[rows x length, heads x head dimension]</c>.</summary>
    private Tensor Attend(Tensor queriesAndKeys, Tensor values, RowRun run)
    {
        Tensor[] parts = ByRow(queriesAndKeys, run).split([_heads, _keyValueHeads], 1);
        Tensor v = ByRow(values, run);
        Tensor result = _window is { } window && window < run.Length
            ? SlidingWindowAttention.Forward(parts[0], parts[1], v, window)
            : TorchScript.CausalAttention(parts[0], parts[1], v);
        return result.transpose(1, 2).reshape(run.Tokens, _heads * _headDimension);
    }

    /// <summary><c>[rows x length, heads, head dimension]</c> as <c>[rows, heads, length, head dimension]</c>.</summary>
    private Tensor ByRow(Tensor x, RowRun run) => x.view(run.Rows, run.Length, -1, _headDimension).transpose(1, 2);
}

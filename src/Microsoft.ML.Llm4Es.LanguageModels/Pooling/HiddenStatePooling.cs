using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One vector for each row of a batch: hidden states averaged over a range of layers, then pooled over the row's tokens (LLM4ES, arXiv 2508.05688).</summary>
public static class HiddenStatePooling
{
    /// <summary>For fewer tokens, handing rows to threads costs more than it saves.</summary>
    private const int LeastTokensPerThread = 64;

    /// <summary>So few tokens that a small model's activations stay in a core's cache, and enough for its products.</summary>
    private const int TokensPerPart = 1024;

    /// <summary>
    /// Pools the hidden states of a batch in each of the ways that <paramref name="options"/> name. Layers are summed as they come, so that they are never
    /// held all at once, and those above the highest range are not computed.
    /// </summary>
    /// <param name="model">The model. Any number of threads may pool with it at once.</param>
    /// <param name="batch">The rows.</param>
    /// <param name="options">The parts of a vector; <see langword="null"/>: the mean over the upper two thirds of the layers, the paper's.</param>
    /// <param name="rows">For each row, which of its tokens are pooled; <see langword="null"/>: all.</param>
    /// <returns>For each row a vector, <c>[rows][parts x hidden]</c>, in the order of <see cref="PoolingOptions.Names"/>.</returns>
    /// <exception cref="ArgumentException"><paramref name="rows"/> do not fit the batch.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than a range asks for, or a token id is outside its vocabulary.</exception>
    public static float[][] Pool(CausalLanguageModel model, TokenBatch batch, PoolingOptions? options = null, IReadOnlyList<PooledRow>? rows = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        options ??= new PoolingOptions();
        if (rows is not null) CheckRows(batch, rows);
        if (options.Parts.Any(part => part.Tokens == TokenPooling.SublinearMean)) rows = WithWeights(batch, rows);

        int threads = get_num_threads();
        bool isDivided = model.ComputesAlone && threads > 1 && batch.RowCount >= threads && batch.TokenCount >= threads * LeastTokensPerThread;
        if (!isDivided) return PoolTogether(model, batch, options, rows);

        return PoolDivided(model, batch.Divide(Math.Clamp(batch.TokenCount / TokensPerPart, threads, batch.RowCount)), options, rows);
    }

    /// <summary>Rows do not need each other, so each thread pools some of them, and then some more.</summary>
    private static float[][] PoolDivided(CausalLanguageModel model, (int FirstRow, TokenBatch Rows)[] parts, PoolingOptions options, IReadOnlyList<PooledRow>? rows)
    {
        float[][][] pooled = new float[parts.Length][][];
        RowWorkers.Run(parts.Length, i =>
        {
            (int first, TokenBatch part) = parts[i];
            pooled[i] = PoolTogether(model, part, options, rows is null ? null : [.. rows.Skip(first).Take(part.RowCount)]);
        });
        return [.. pooled.SelectMany(part => part)];
    }

    private static float[][] PoolTogether(CausalLanguageModel model, TokenBatch batch, PoolingOptions options, IReadOnlyList<PooledRow>? rows)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        LayerRange[] ranges = [.. options.Parts.Select(part => part.Layers).Distinct()];
        Tensor[][] statesOfRows = [.. MeansOverLayers(model, batch, ranges).Select(states => states.split([.. batch.Lengths.Select(length => (long)length)], 0))];
        Tensor[] parts = [.. options.Parts.Select(part => PoolRows(statesOfRows[Array.IndexOf(ranges, part.Layers)], part.Tokens, rows))];
        // One copy from the device, not one a row.
        float[] vectors = [.. cat(parts, 1).cpu().data<float>()];
        return [.. vectors.Chunk(options.Length(model.Configuration))];
    }

    /// <summary>The mean of the hidden states of each range of layers, <c>[tokens, hidden]</c>.</summary>
    private static Tensor[] MeansOverLayers(CausalLanguageModel model, TokenBatch batch, LayerRange[] ranges)
    {
        (int First, int Last)[] layers = [.. ranges.Select(range => range.Resolve(model.Configuration.HiddenLayers))];
        Tensor[] sums = [.. layers.Select(_ => zeros([batch.TokenCount, model.Configuration.HiddenSize], ScalarType.Float32, model.Device))];
        using Tensor hidden = model.HiddenStates(batch, layers.Max(range => range.Last), (layer, states) =>
        {
            for (int i = 0; i < layers.Length; i++)
                if (layer >= layers[i].First && layer <= layers[i].Last) sums[i].add_(states);
        });
        for (int i = 0; i < layers.Length; i++) sums[i].div_(layers[i].Last - layers[i].First + 1);
        return sums;
    }

    /// <summary>Pools rows of <c>[tokens, hidden]</c> to <c>[rows, hidden]</c>.</summary>
    private static Tensor PoolRows(Tensor[] states, TokenPooling way, IReadOnlyList<PooledRow>? rows) =>
        stack(states.Select((row, i) => PoolRow(row, way, rows is null ? default : rows[i])).ToArray());

    /// <summary>Pools a row: <c>[tokens, hidden]</c> to <c>[hidden]</c>.</summary>
    internal static Tensor PoolRow(Tensor row, TokenPooling way, PooledRow pooled)
    {
        Tensor tokens = pooled.Skip == 0 ? row : row.narrow(0, pooled.Skip, row.shape[0] - pooled.Skip);
        return way switch
        {
            TokenPooling.Max => tokens.amax([0]),
            TokenPooling.Last => tokens[-1],
            TokenPooling.EventMean when TokenShares(pooled) is { } shares => tensor(shares, device: row.device).matmul(tokens),
            TokenPooling.SublinearMean => WeightedMean(tokens, pooled.Weights.Span[pooled.Skip..]),
            _ => tokens.mean([0]),
        };
    }

    /// <summary>What each pooled token contributes to the mean over events; null where no token belongs to one.</summary>
    private static float[]? TokenShares(PooledRow row)
    {
        if (row.Events.IsEmpty) return null;
        ReadOnlySpan<int> events = row.Events.Span[row.Skip..];
        Dictionary<int, int> tokensOfEvent = [];
        foreach (int number in events)
            if (number >= 0) tokensOfEvent[number] = tokensOfEvent.GetValueOrDefault(number) + 1;
        if (tokensOfEvent.Count == 0) return null;

        float[] shares = new float[events.Length];
        for (int i = 0; i < shares.Length; i++)
            if (events[i] >= 0) shares[i] = 1f / (tokensOfEvent.Count * tokensOfEvent[events[i]]);
        return shares;
    }

    private static Tensor WeightedMean(Tensor tokens, ReadOnlySpan<float> weights)
    {
        Tensor ofTokens = tensor(weights.ToArray(), device: tokens.device);
        return ofTokens.matmul(tokens).div_(ofTokens.sum());
    }

    /// <summary>Rows without weights get those of their own pooled tokens.</summary>
    private static PooledRow[] WithWeights(TokenBatch batch, IReadOnlyList<PooledRow>? rows)
    {
        var weighed = new PooledRow[batch.RowCount];
        for (int i = 0, start = 0; i < weighed.Length; start += batch.Lengths[i++])
        {
            PooledRow row = rows is null ? default : rows[i];
            float[] own = new float[batch.Lengths[i]];
            if (row.Weights.IsEmpty) PooledRow.SublinearWeights(batch.Ids.Slice(start + row.Skip, own.Length - row.Skip)).CopyTo(own, row.Skip);
            weighed[i] = row.Weights.IsEmpty ? row with { Weights = own } : row;
        }

        return weighed;
    }

    private static void CheckRows(TokenBatch batch, IReadOnlyList<PooledRow> rows)
    {
        if (rows.Count != batch.RowCount) throw new ArgumentException($"There are {rows.Count} rows to pool, and {batch.RowCount} in the batch.", nameof(rows));
        for (int i = 0; i < rows.Count; i++)
        {
            int length = batch.Lengths[i];
            if (rows[i].Skip < 0 || rows[i].Skip >= length)
                throw new ArgumentException($"Row {i} has {length} tokens, of which {rows[i].Skip} are to be skipped; one or more has to be pooled.", nameof(rows));
            if (!rows[i].Events.IsEmpty && rows[i].Events.Length != length)
                throw new ArgumentException($"Row {i} has {length} tokens, and events for {rows[i].Events.Length}.", nameof(rows));
            if (!rows[i].Weights.IsEmpty && rows[i].Weights.Length != length)
                throw new ArgumentException($"Row {i} has {length} tokens, and weights for {rows[i].Weights.Length}.", nameof(rows));
            if (!rows[i].Weights.IsEmpty && !AreWeights(rows[i].Weights.Span[rows[i].Skip..]))
                throw new ArgumentException($"Row {i} has weights that are no weights of a mean: none may be negative, and one or more of the pooled tokens' must be above 0.", nameof(rows));
        }
    }

    private static bool AreWeights(ReadOnlySpan<float> weights)
    {
        float sum = 0;
        foreach (float weight in weights)
        {
            if (!(weight >= 0)) return false;
            sum += weight;
        }

        return sum > 0 && float.IsFinite(sum);
    }
}

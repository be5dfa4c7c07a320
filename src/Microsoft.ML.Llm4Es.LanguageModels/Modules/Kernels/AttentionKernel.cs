using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Causal attention in bfloat16 in blocks of queries, as <see cref="BlockedAttention"/>, from the projections to the heads' results, without gradients.</summary>
/// <param name="heads">The number of query heads.</param>
/// <param name="keyValueHeads">The number of key/value heads.</param>
/// <param name="dimension">The values of a head.</param>
/// <param name="split">Splits the projections.</param>
internal sealed class AttentionKernel(int heads, int keyValueHeads, int dimension, HeadsKernel split)
{
    // A larger block is fewer products, and more scores of keys that come later, which are computed in vain.
    private const int Block = 128;

    // Rows are attended together up to so many scores of a block, which stay in the cache from one product to the next.
    private const int MostScores = 1 << 18;

    /// <summary>Attends the rows of a batch, each to itself.</summary>
    /// <param name="projected">bfloat16 <c>[tokens, (heads + 2 key/value heads) x head dimension]</c>.</param>
    /// <param name="context">The batch and its rotary tables.</param>
    /// <returns><c>[tokens, heads x head dimension]</c>.</returns>
    internal Tensor Forward(Tensor projected, BatchContext context)
    {
        Tensor result = empty([projected.shape[0], heads * dimension], ScalarType.BFloat16, projected.device);
        foreach (AttentionRows rows in AttentionRows.Of(context.Batch.Lengths, mostTokens: MostScores / (Block * heads)))
        {
            using TorchSharp.DisposeScope scope = NewDisposeScope();
            Attend(projected, context, rows, result);
        }

        return result;
    }

    private void Attend(Tensor projected, BatchContext context, AttentionRows rows, Tensor result)
    {
        int groups = rows.Lengths.Count * keyValueHeads, shared = heads / keyValueHeads;
        // What lies behind the end of a row is multiplied by a probability of 0, which makes nothing of any number, but not of NaN.
        Func<long[], Tensor> make = rows.IsPadded ? shape => zeros(shape, ScalarType.BFloat16) : shape => empty(shape, ScalarType.BFloat16);
        Tensor queries = make([(long)groups * rows.Longest * shared * dimension]);
        Tensor keys = make([groups, rows.Longest, dimension]);
        Tensor values = make([groups, rows.Longest, dimension]);
        split.Split(projected, context, rows, Block, (queries, keys, values));

        for (int first = 0; first < rows.Longest; first += Block)
        {
            int count = Math.Min(Block, rows.Longest - first);
            long start = (long)groups * first * shared * dimension, length = (long)groups * count * shared * dimension;
            Tensor scores = bmm(queries.narrow(0, start, length).view(groups, count * shared, dimension), Seen(keys, first + count).transpose(1, 2));
            SoftmaxKernel.Causal(scores, count);
            Merge(bmm(scores, Seen(values, first + count)), first, count, rows, result);
        }
    }

    private static Tensor Seen(Tensor x, int count) => x.narrow(1, 0, count).contiguous();

    /// <summary>Writes a block's results, <c>[rows x key/value heads, queries x heads that share a key, head dimension]</c>, to where their tokens are.</summary>
    private void Merge(Tensor block, int firstPosition, int count, AttentionRows rows, Tensor result)
    {
        int width = heads / keyValueHeads * dimension;
        int[] starts = new int[rows.Lengths.Count];
        for (int row = 1; row < starts.Length; row++) starts[row] = starts[row - 1] + rows.Lengths[row - 1];
        CpuKernel.Run(rows.Lengths.Count * keyValueHeads, count * width, (first, end) =>
        {
            ReadOnlySpan<ushort> source = CpuKernel.Values<ushort>(block);
            Span<ushort> target = CpuKernel.Values<ushort>(result);
            for (int group = first; group < end; group++)
            {
                (int row, int head) = Math.DivRem(group, keyValueHeads);
                for (int i = 0; i < count && firstPosition + i < rows.Lengths[row]; i++)
                {
                    int token = rows.FirstToken + starts[row] + firstPosition + i;
                    source.Slice(((group * count) + i) * width, width).CopyTo(target.Slice(((token * keyValueHeads) + head) * width, width));
                }
            }
        });
    }
}

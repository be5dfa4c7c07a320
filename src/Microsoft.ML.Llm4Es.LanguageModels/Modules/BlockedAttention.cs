using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Causal attention on a CPU in bfloat16: in blocks of queries, with a backward pass of its own.</summary>
/// <remarks>
/// A block of queries meets only the keys up to its end, so that nearly half of the work falls away; query heads that share a key/value head are one
/// matrix; and rows of similar length are padded to one another here, where padding costs less than products of their own. Only the inputs are kept for
/// the backward pass, which computes the probabilities anew. With AVX512-BF16 training rows of 128 to 512 tokens takes half the time of libtorch's own
/// kernel, and rows of 8,192 the same; in float32 there is no gain. Scores are rounded to the type, as in transformers' eager attention.
/// </remarks>
internal sealed class BlockedAttention : autograd.SingleTensorFunction<BlockedAttention>
{
    // Of 64, 128, 256 and 512 the fastest: what a block needs stays in the cache.
    private const int Block = 64;

    // Rows whose lengths differ by less are padded to the longest of them.
    private const int MostPadding = 32;

    private const string Source = """
        def pad(x: Tensor, lengths: List[int]) -> Tensor:
          if min(lengths) == max(lengths):
            return x.unflatten(0, [len(lengths), lengths[0]])
          return torch.pad_sequence(x.split(lengths), True)

        def unpad(x: Tensor, lengths: List[int]) -> Tensor:
          if min(lengths) == max(lengths):
            return x.flatten(0, 1)
          rows: List[Tensor] = []
          for row in range(len(lengths)):
            rows.append(x[row].narrow(0, 0, lengths[row]))
          return torch.cat(rows)

        def by_group(x: Tensor, groups: int) -> Tensor:
          return x.unflatten(2, [groups, -1]).transpose(1, 2).flatten(0, 1).contiguous()

        def by_token(x: Tensor, groups: int) -> Tensor:
          return x.unflatten(0, [-1, groups]).transpose(1, 2)

        def split(qk: Tensor, v: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
          groups = v.size(2)
          queries = qk.size(2) - groups
          k = by_group(qk.narrow(2, queries, groups), groups).squeeze(2) * v.size(3) ** -0.5
          return by_group(qk.narrow(2, 0, queries), groups), k, by_group(v, groups).squeeze(2)

        def probabilities(q: Tensor, k: Tensor, rows: int, future: Tensor) -> Tensor:
          scores = torch.bmm(q, k.transpose(1, 2))
          scores.unflatten(1, [rows, -1]).narrow(3, k.size(1) - rows, rows).add_(future.narrow(0, 0, rows).narrow(2, 0, rows))
          return torch.softmax(scores, -1)

        def make_future(block: int, like: Tensor) -> Tensor:
          return torch.full([block, block], float('-inf'), dtype=like.dtype, device=like.device).triu_(1).unsqueeze(1)

        def attend(qk: Tensor, v: Tensor, row_lengths: Tensor, block: int) -> Tensor:
          lengths: List[int] = row_lengths.tolist()
          v = pad(v, lengths)
          groups, longest = v.size(2), v.size(1)
          q, k, v = split(pad(qk, lengths), v)
          future = make_future(block, q)
          result = torch.empty([len(lengths), longest, groups, q.size(2), q.size(3)], dtype=q.dtype, device=q.device)
          # From the last: a block's tensors fit where those of the block before, which were larger, have been. The other way each needs new memory.
          for first in range((longest - 1) // block * block, -1, -block):
            rows = min(block, longest - first)
            seen = first + rows
            p = probabilities(q.narrow(1, first, rows).flatten(1, 2), k.narrow(1, 0, seen).contiguous(), rows, future)
            block_result = torch.bmm(p, v.narrow(1, 0, seen).contiguous())
            result.narrow(1, first, rows).copy_(by_token(block_result.unflatten(1, [rows, -1]), groups))
          return unpad(result.flatten(2), lengths)

        def gradients(qk: Tensor, v: Tensor, row_lengths: Tensor, block: int, gradient: Tensor) -> Tuple[Tensor, Tensor]:
          lengths: List[int] = row_lengths.tolist()
          v = pad(v, lengths)
          groups, longest = v.size(2), v.size(1)
          q, k, v = split(pad(qk, lengths), v)
          dy = by_group(pad(gradient.unflatten(1, [-1, q.size(3)]), lengths), groups)
          future = make_future(block, q)
          dqk = torch.empty([len(lengths), longest, qk.size(1), q.size(3)], dtype=q.dtype, device=q.device)
          dq = dqk.narrow(2, 0, qk.size(1) - groups).unflatten(2, [groups, -1])
          dk = torch.zeros_like(k).float()
          dv = torch.zeros_like(v).float()
          for first in range(0, longest, block):
            rows = min(block, longest - first)
            seen = first + rows
            queries = q.narrow(1, first, rows).flatten(1, 2)
            results = dy.narrow(1, first, rows).flatten(1, 2)
            keys = k.narrow(1, 0, seen).contiguous()
            p = probabilities(queries, keys, rows, future)
            dv.narrow(1, 0, seen).add_(torch.bmm(p.transpose(1, 2), results))
            dp = torch.bmm(results, v.narrow(1, 0, seen).contiguous().transpose(1, 2))
            scores = torch._softmax_backward_data(dp, p, -1, p.dtype)
            dk.narrow(1, 0, seen).add_(torch.bmm(scores.transpose(1, 2), queries))
            dq.narrow(1, first, rows).copy_(by_token(torch.bmm(scores, keys).unflatten(1, [rows, -1]), groups))
          dqk.narrow(2, qk.size(1) - groups, groups).copy_(by_token(dk * q.size(3) ** -0.5, groups))
          return unpad(dqk, lengths), unpad(by_token(dv, groups).to(v.dtype), lengths)

        """;

    private static readonly Lazy<jit.CompilationUnit> Unit = new(() => jit.compile(Source));

    /// <inheritdoc/>
    public override string Name => nameof(BlockedAttention);

    /// <summary>Whether to prefer this over libtorch's kernel for tensors like <paramref name="x"/>.</summary>
    internal static bool IsFaster(Tensor x) => x.device.type is TorchSharp.DeviceType.CPU && x.dtype is ScalarType.BFloat16;

    /// <summary>Attends the rows of a batch, each to itself.</summary>
    /// <param name="queriesAndKeys"><c>[tokens, heads + key/value heads, head dimension]</c>.</param>
    /// <param name="values"><c>[tokens, key/value heads, head dimension]</c>.</param>
    /// <param name="lengths">The number of tokens of each row.</param>
    /// <returns><c>[tokens, heads x head dimension]</c>.</returns>
    internal static Tensor Forward(Tensor queriesAndKeys, Tensor values, IReadOnlyList<int> lengths)
    {
        long[][] groups = Groups(lengths);
        return is_grad_enabled() ? apply(queriesAndKeys, values, groups) : Attend(queriesAndKeys, values, groups);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (queriesAndKeys, values, groups) = ((Tensor)vars[0], (Tensor)vars[1], (long[][])vars[2]);
        ctx.save_for_backward([queriesAndKeys, values]);
        ctx.save_data("groups", groups);
        return Attend(queriesAndKeys, values, groups);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        List<Tensor> saved = ctx.get_saved_variables();
        long[][] groups = (long[][])ctx.get_data("groups");
        List<Tensor> queriesAndKeys = [];
        List<Tensor> values = [];
        foreach (var (lengths, part) in Split(groups, saved[0], saved[1], grad_output))
        {
            var gradients = ((Tensor, Tensor))Unit.Value.invoke("gradients", part[0], part[1], lengths, Block, part[2]);
            queriesAndKeys.Add(gradients.Item1);
            values.Add(gradients.Item2);
        }

        return [cat(queriesAndKeys).MoveToOuterDisposeScope(), cat(values).MoveToOuterDisposeScope(), null!];
    }

    private static Tensor Attend(Tensor queriesAndKeys, Tensor values, long[][] groups)
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Tensor[] results =
        [
            .. Split(groups, queriesAndKeys, values).Select(group => (Tensor)Unit.Value.invoke("attend", group.Parts[0], group.Parts[1], group.Lengths, Block)),
        ];
        return cat(results).MoveToOuterDisposeScope();
    }

    /// <summary>Cuts tensors of all tokens into those of each group of rows.</summary>
    private static IEnumerable<(Tensor Lengths, Tensor[] Parts)> Split(long[][] groups, params Tensor[] tensors)
    {
        long[] tokens = Array.ConvertAll(groups, Enumerable.Sum);
        Tensor[][] parts = Array.ConvertAll(tensors, all => all.split(tokens));
        return groups.Select((lengths, i) => (tensor(lengths), Array.ConvertAll(parts, part => part[i])));
    }

    /// <summary>Finds neighbouring rows of similar length.</summary>
    private static long[][] Groups(IReadOnlyList<int> lengths)
    {
        List<List<long>> groups = [];
        foreach (int length in lengths)
        {
            if (groups.Count > 0 && Math.Abs(groups[^1][0] - length) < MostPadding) groups[^1].Add(length);
            else groups.Add([length]);
        }

        return [.. groups.Select(group => group.ToArray())];
    }
}

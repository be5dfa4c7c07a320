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
          return torch.pad_sequence(x.split(lengths), True)

        def unpad(x: Tensor, lengths: List[int]) -> Tensor:
          rows: List[Tensor] = []
          for row in range(len(lengths)):
            rows.append(x[row].narrow(0, 0, lengths[row]))
          return torch.cat(rows)

        def split_queries(qk: Tensor, shared: int) -> Tensor:
          return qk.narrow(2, 0, qk.size(2) - shared).unflatten(2, [shared, -1])

        def heads_first(x: Tensor, first: int, count: int) -> Tensor:
          x = x.narrow(1, first, count).permute(0, 2, 3, 1, 4)
          return x.reshape(x.size(0) * x.size(1), x.size(2) * count, x.size(4))

        def heads_last(x: Tensor, like: Tensor) -> Tensor:
          return x.view(like.size(0), like.size(2), like.size(3), -1, like.size(4)).permute(0, 3, 1, 2, 4)

        def probabilities(q: Tensor, k: Tensor, rows: int) -> Tensor:
          scores = torch.bmm(q, k.transpose(1, 2))
          future = torch.full([rows, rows], float('-inf'), dtype=q.dtype, device=q.device).triu_(1)
          scores.view(q.size(0), -1, rows, k.size(1)).narrow(3, k.size(1) - rows, rows).add_(future)
          return torch.softmax(scores, -1)

        def attend(qk: Tensor, v: Tensor, row_lengths: Tensor, block: int) -> Tensor:
          lengths: List[int] = row_lengths.tolist()
          qk, v = pad(qk, lengths), pad(v, lengths)
          shared, size, longest = v.size(2), v.size(3), v.size(1)
          q = split_queries(qk, shared)
          k = heads_first(qk.narrow(2, qk.size(2) - shared, shared).unsqueeze(3), 0, longest)
          v = heads_first(v.unsqueeze(3), 0, longest)
          result = torch.empty(q.shape, dtype=q.dtype, device=q.device)
          for first in range(0, longest, block):
            rows = min(block, longest - first)
            seen = first + rows
            p = probabilities(heads_first(q, first, rows) * size ** -0.5, k.narrow(1, 0, seen), rows)
            result.narrow(1, first, rows).copy_(heads_last(torch.bmm(p, v.narrow(1, 0, seen)), q))
          return unpad(result.flatten(2), lengths)

        def gradients(qk: Tensor, v: Tensor, row_lengths: Tensor, block: int, gradient: Tensor) -> Tuple[Tensor, Tensor]:
          lengths: List[int] = row_lengths.tolist()
          qk, v = pad(qk, lengths), pad(v, lengths)
          shared, size, longest = v.size(2), v.size(3), v.size(1)
          q = split_queries(qk, shared)
          k = heads_first(qk.narrow(2, qk.size(2) - shared, shared).unsqueeze(3), 0, longest)
          v = heads_first(v.unsqueeze(3), 0, longest)
          dy = pad(gradient, lengths).view(q.shape)
          dqk = torch.empty(qk.shape, dtype=qk.dtype, device=qk.device)
          dq = split_queries(dqk, shared)
          dk = torch.zeros_like(k).float()
          dv = torch.zeros_like(v).float()
          for first in range(0, longest, block):
            rows = min(block, longest - first)
            seen = first + rows
            queries = heads_first(q, first, rows) * size ** -0.5
            results = heads_first(dy, first, rows)
            p = probabilities(queries, k.narrow(1, 0, seen), rows)
            dv.narrow(1, 0, seen).add_(torch.bmm(p.transpose(1, 2), results))
            dp = torch.bmm(results, v.narrow(1, 0, seen).transpose(1, 2))
            scores = torch._softmax_backward_data(dp, p, -1, p.dtype)
            dk.narrow(1, 0, seen).add_(torch.bmm(scores.transpose(1, 2), queries))
            dq.narrow(1, first, rows).copy_(heads_last(torch.bmm(scores, k.narrow(1, 0, seen)) * size ** -0.5, q))
          dqk.narrow(2, qk.size(2) - shared, shared).copy_(dk.unflatten(0, [-1, shared]).transpose(1, 2))
          dv = dv.unflatten(0, [-1, shared]).transpose(1, 2).to(v.dtype)
          return unpad(dqk, lengths), unpad(dv, lengths)

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

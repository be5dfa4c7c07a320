using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What an adapter adds to the output of one parameter's matrix product, in which several projections may be fused.</summary>
/// <remarks>
/// Fused projections stay fused: their A's are stacked, their B's form a block-diagonal matrix, so that two small products and one addition serve all.
/// </remarks>
internal sealed class LowRankUpdate : IDisposable
{
    private readonly WeightLayout _layout;
    private readonly LoraOptions _options;
    private readonly SeededDropout _dropout;
    private readonly int _place;

    // One entry for each part of the parameter; null where it is not adapted.
    private readonly LowRankFactors?[] _parts;

    /// <summary>Makes the factors of the parts that the options name.</summary>
    internal LowRankUpdate(WeightLayout layout, int place, LoraOptions options, SeededDropout dropout, Generator generator, Device device)
    {
        _layout = layout;
        _place = place;
        _options = options;
        _dropout = dropout;
        _parts = [.. layout.Parts.Select(part => IsAdapted(part, options) ? LowRankFactors.Create(Projection(part), part.Rows, layout.Columns!.Value, options, generator, device) : null)];
    }

    /// <summary>Gets the name of the parameter.</summary>
    internal string Weight => _layout.Name;

    /// <summary>Gets the trained matrices, in the order of the parameter's rows.</summary>
    internal IEnumerable<LowRankFactors> Factors => _parts.OfType<LowRankFactors>();

    /// <summary>Whether the options name a part of the parameter.</summary>
    internal static bool Adapts(WeightLayout layout, LoraOptions options) => layout.Parts.Any(part => IsAdapted(part, options));

    /// <summary>Whether a parameter is laid out like the one that the update was made for.</summary>
    internal bool Fits(WeightLayout layout) => layout.Name == _layout.Name && layout.Columns == _layout.Columns && layout.Parts.SequenceEqual(_layout.Parts);

    /// <summary>Computes output + scale · B A dropout(x).</summary>
    /// <param name="output"><c>[tokens, out]</c>.</param>
    /// <param name="x">What the output was computed from, <c>[tokens, in]</c>.</param>
    internal Tensor AddTo(Tensor output, Tensor x)
    {
        Tensor reduced = nn.functional.linear(_dropout.Apply(x, _place), StackedA().to(x.dtype));
        Tensor expand = (BlockDiagonalB() * _options.Scale).to(x.dtype);
        return output.addmm(reduced, expand.t(), 1, 1);
    }

    /// <summary>Adds scale · B A to the rows of the parameter, for good.</summary>
    internal void MergeInto(Tensor parameter)
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        long first = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            long rows = _layout.Parts[i].Rows;
            if (_parts[i] is { } factors) parameter.narrow(0, first, rows).add_(factors.Product(_options.Scale));
            first += rows;
        }
    }

    /// <summary>Frees the matrices.</summary>
    public void Dispose()
    {
        foreach (LowRankFactors factors in Factors) factors.Dispose();
    }

    /// <summary><c>[adapted parts x rank, in]</c>.</summary>
    private Tensor StackedA()
    {
        Tensor[] all = [.. Factors.Select(factors => factors.A)];
        return all.Length == 1 ? all[0] : cat(all, 0);
    }

    /// <summary><c>[out, adapted parts x rank]</c>; rows of parts that are not adapted are 0.</summary>
    private Tensor BlockDiagonalB()
    {
        if (_parts is [{ } only]) return only.B;
        int adapted = Factors.Count();
        List<Tensor> rows = [];
        long left = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            if (_parts[i] is not { } factors)
            {
                rows.Add(zeros([_layout.Parts[i].Rows, adapted * _options.Rank], ScalarType.Float32, Factors.First().B.device));
                continue;
            }

            rows.Add(nn.functional.pad(factors.B, [left, ((adapted - 1) * _options.Rank) - left]));
            left += _options.Rank;
        }

        return cat([.. rows], 0);
    }

    private static bool IsAdapted(WeightPart part, LoraOptions options) =>
        options.TargetModules.Any(module => part.Name.EndsWith($".{module}.weight", StringComparison.Ordinal));

    private static string Projection(WeightPart part) => part.Name[..^".weight".Length];
}

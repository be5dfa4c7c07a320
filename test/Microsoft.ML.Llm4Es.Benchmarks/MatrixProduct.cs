using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>The rate of a large square matrix product: what the machine can do at most.</summary>
internal sealed class MatrixProduct : IDisposable
{
    private const int Size = 2048;
    private const int Products = 4;

    private readonly Tensor _left;
    private readonly Tensor _right;
    private readonly List<double> _rates = [];

    internal MatrixProduct(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        Name = $"matrix product {(type is ScalarType.BFloat16 ? "bf16" : "fp32")}";
        _left = randn(Size, Size).to(type).DetachFromDisposeScope();
        _right = randn(Size, Size).to(type).DetachFromDisposeScope();
    }

    internal string Name { get; }

    /// <summary>Gets the best rate so far, in floating-point operations a second.</summary>
    internal double Best => _rates.Max();

    internal double Median => _rates.Order().ElementAt(_rates.Count / 2);

    internal void Measure()
    {
        for (int i = 0; i < Products; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = nn.functional.linear(_left, _right);
            _rates.Add(2.0 * Size * Size * Size / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }
}

using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>The rate of a large square matrix product: what the machine can do at most.</summary>
internal sealed class MatrixProduct : IDisposable
{
    private const int Size = 2048;

    private readonly Tensor _left;
    private readonly Tensor _right;

    internal MatrixProduct(ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        _left = randn(Size, Size).to(type).DetachFromDisposeScope();
        _right = randn(Size, Size).to(type).DetachFromDisposeScope();
    }

    /// <summary>Gets the best rate so far, in floating-point operations a second.</summary>
    internal double OperationsPerSecond { get; private set; }

    internal void Measure()
    {
        for (int i = 0; i < 8; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using Tensor product = nn.functional.linear(_left, _right);
            OperationsPerSecond = Math.Max(OperationsPerSecond, 2.0 * Size * Size * Size / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }
}

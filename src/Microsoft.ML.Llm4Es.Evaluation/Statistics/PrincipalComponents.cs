using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The first two principal components of vectors, by a random projection and power iterations (Halko, Martinsson and Tropp, SIAM Review 2011).</summary>
internal static class PrincipalComponents
{
    private const int Rank = 2;
    private const int Sketch = 12;
    private const int PowerIterations = 7;

    /// <param name="rows">The vectors, all of one length.</param>
    /// <param name="seed">The seed of the random projection.</param>
    /// <returns>The coordinates of each vector, and the share of the variance in each of the two.</returns>
    public static (float[] X, float[] Y, double ExplainedX, double ExplainedY) Project(float[][] rows, int seed)
    {
        TorchRuntime.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        int count = rows.Length, length = rows[0].Length;
        float[] flat = [.. rows.SelectMany(row => row)];
        Tensor matrix = tensor(flat, [count, length]).to(ScalarType.Float64);
        matrix = matrix - matrix.mean([0], keepdim: true);
        double variance = matrix.square().sum().ToDouble();
        if (variance == 0) return (new float[count], new float[count], 0, 0);

        int sketch = Math.Min(Sketch, Math.Min(count, length));
        using Generator generator = new(unchecked((ulong)seed), CPU);
        Tensor range = matrix.mm(empty([length, sketch], ScalarType.Float64).normal_(0, 1, generator));
        for (int i = 0; i < PowerIterations; i++) range = matrix.mm(matrix.t().mm(linalg.qr(range).Q));
        Tensor basis = linalg.qr(range).Q;
        (Tensor left, Tensor singular, _) = linalg.svd(basis.t().mm(matrix), fullMatrices: false);
        Tensor coordinates = basis.mm(left) * singular;
        (float[] x, double explainedX) = Component(coordinates, singular, 0, variance);
        (float[] y, double explainedY) = sketch < Rank ? (new float[count], 0) : Component(coordinates, singular, 1, variance);
        return (x, y, explainedX, explainedY);
    }

    private static (float[] Coordinates, double Explained) Component(Tensor coordinates, Tensor singular, int index, double variance)
    {
        Tensor column = coordinates.select(1, index);
        // A component is determined up to its sign; the vector that is farthest out is made positive.
        column = column * column[column.abs().argmax()].sign();
        return (column.to(ScalarType.Float32).contiguous().data<float>().ToArray(), Math.Pow(singular[index].ToDouble(), 2) / variance);
    }
}

using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The largest singular vectors of a sparse matrix, by a random projection and power iterations (Halko, Martinsson and Tropp, SIAM Review 2011,
/// algorithms 4.4 and 5.1), with the settings of scikit-learn's TruncatedSVD.
/// </summary>
internal static class TruncatedSvd
{
    private const int Oversampling = 10;
    private const int PowerIterations = 5;

    /// <summary>The projection onto the largest right singular vectors.</summary>
    /// <param name="rows">The matrix: for each row its values that are not zero.</param>
    /// <param name="columns">How many columns the matrix has.</param>
    /// <param name="rank">How many singular vectors; fewer where the matrix is smaller.</param>
    /// <param name="seed">The seed of the random projection.</param>
    /// <returns>For each column of the matrix its coordinate in each singular vector, <c>[columns, rank]</c>.</returns>
    public static float[,] Project(IReadOnlyList<IReadOnlyList<(int Column, float Value)>> rows, int columns, int rank, int seed)
    {
        TorchRuntime.EnsureLoaded();
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        rank = Math.Min(rank, Math.Min(rows.Count, columns));
        int sketch = Math.Min(rank + Oversampling, Math.Min(rows.Count, columns));
        Tensor matrix = Sparse(rows, columns);
        Tensor transposed = matrix.t();

        using Generator generator = new(unchecked((ulong)seed), CPU);
        Tensor range = matrix.mm(empty([columns, sketch], ScalarType.Float64).normal_(0, 1, generator));
        for (int i = 0; i < PowerIterations; i++)
        {
            (range, _) = linalg.qr(transposed.mm(linalg.qr(range).Q));
            range = matrix.mm(range);
        }

        Tensor basis = linalg.qr(range).Q;
        (_, _, Tensor right) = linalg.svd(transposed.mm(basis).t(), fullMatrices: false);
        Tensor vectors = right.narrow(0, 0, rank).t();
        // A singular vector is determined up to its sign; its largest coordinate is made positive.
        Tensor largest = vectors.gather(0, vectors.abs().argmax(0, keepdim: true));
        return Array(vectors * largest.sign());
    }

    private static Tensor Sparse(IReadOnlyList<IReadOnlyList<(int Column, float Value)>> rows, int columns)
    {
        long[] rowIndices = [.. rows.SelectMany((row, i) => Enumerable.Repeat((long)i, row.Count))];
        long[] columnIndices = [.. rows.SelectMany(row => row.Select(entry => (long)entry.Column))];
        double[] values = [.. rows.SelectMany(row => row.Select(entry => (double)entry.Value))];
        return sparse_coo_tensor(stack([tensor(rowIndices), tensor(columnIndices)]), tensor(values), [rows.Count, columns]);
    }

    private static float[,] Array(Tensor matrix)
    {
        float[,] array = new float[matrix.shape[0], matrix.shape[1]];
        float[] values = matrix.to(ScalarType.Float32).contiguous().data<float>().ToArray();
        Buffer.BlockCopy(values, 0, array, 0, values.Length * sizeof(float));
        return array;
    }
}

using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>The tokens whose shares of the texts vary most, with a column for each: the mean of a text's embeddings then has these shares.</summary>
internal static class TokenShares
{
    /// <summary>What is less is the error of its computation.</summary>
    private const double LeastVariance = 1e-12;

    /// <summary>Makes the columns.</summary>
    /// <param name="counts">For each text how often it has each of its tokens.</param>
    /// <param name="vocabulary">How many tokens there are.</param>
    /// <param name="most">How many columns; fewer where fewer tokens vary.</param>
    /// <returns>1 where a row is that of the column's token, else 0, <c>[vocabulary, at most most]</c>; the caller's.</returns>
    public static Tensor Columns(List<Dictionary<int, int>> counts, int vocabulary, int most)
    {
        double[] variances = Variances(counts, vocabulary);
        int[] tokens = [.. Enumerable.Range(0, vocabulary).Where(token => variances[token] > LeastVariance).OrderByDescending(token => variances[token]).Take(most)];
        float[,] columns = new float[vocabulary, tokens.Length];
        for (int column = 0; column < tokens.Length; column++) columns[tokens[column], column] = 1;
        return tensor(columns);
    }

    private static double[] Variances(List<Dictionary<int, int>> counts, int vocabulary)
    {
        double[] sums = new double[vocabulary], squares = new double[vocabulary];
        foreach (Dictionary<int, int> text in counts)
        {
            double length = text.Values.Sum();
            foreach ((int token, int count) in text)
            {
                double share = count / length;
                sums[token] += share;
                squares[token] += share * share;
            }
        }

        return [.. sums.Zip(squares, (sum, square) => square / counts.Count - sum / counts.Count * (sum / counts.Count))];
    }
}

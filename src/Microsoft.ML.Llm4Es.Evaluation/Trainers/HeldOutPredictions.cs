namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What a trainer predicts for rows that it has not learned from.</summary>
/// <param name="Classes">The class of each row, from 0; -1 where it is missing.</param>
/// <param name="LogProbabilities">For each row the logarithm of what each class is given.</param>
internal sealed record HeldOutPredictions(int[] Classes, double[][] LogProbabilities)
{
    /// <summary>The rows whose class is known.</summary>
    public IEnumerable<int> Known => Enumerable.Range(0, Classes.Length).Where(row => Classes[row] >= 0);

    /// <summary>The mean log-loss.</summary>
    public double LogLoss => -Known.Average(row => LogProbabilities[row][Classes[row]]);

    /// <summary>By how much the log-loss is below that of who knows the classes' frequencies alone; 0 where it is not.</summary>
    public double Gain
    {
        get
        {
            int[] known = [.. Known.Select(row => Classes[row])];
            double entropy = -known.CountBy(c => c).Select(pair => (double)pair.Value / known.Length).Sum(share => share * Math.Log(share));
            return Math.Max(0, entropy - LogLoss);
        }
    }
}

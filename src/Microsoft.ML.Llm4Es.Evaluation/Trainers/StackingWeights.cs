namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// How much each of several views counts in their mean: the shares by which the mean of their log-probabilities predicts held-out rows best (stacking, Wolpert 1992,
/// doi:10.1016/S0893-6080(05)80023-1), drawn towards what each gains alone. Found by exponentiated gradient descent (Kivinen and Warmuth 1997, doi:10.1006/inco.1996.2612), which
/// keeps shares positive; their loss has one valley.
/// </summary>
internal static class StackingWeights
{
    /// <summary>How strongly shares are drawn towards gains, in rows: what rows tell against it counts more, the more of them there are. docs/recipe.md has what was tried.</summary>
    private const double PriorRows = 80;

    private const int MaxSteps = 500;

    /// <summary>A step that lowers the mean loss by less ends the search.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>The share of each view, all together 1; 0 for one that gains nothing. Where none gains, or nothing was held out, all have the same.</summary>
    /// <param name="views">What each predicts for the same rows; null where none were held out.</param>
    public static double[] Of(IReadOnlyList<HeldOutPredictions?> views)
    {
        double[] gains = [.. views.Select(view => view?.Gain ?? 0)];
        double sum = gains.Sum();
        if (sum == 0) return [.. gains.Select(_ => 1.0 / gains.Length)];

        int[] places = [.. Enumerable.Range(0, gains.Length).Where(i => gains[i] > 0)];
        double[] found = Descend([.. places.Select(i => views[i]!)], [.. places.Select(i => gains[i] / sum)]);
        double[] shares = new double[gains.Length];
        for (int i = 0; i < places.Length; i++) shares[places[i]] = found[i];
        return shares;
    }

    private static double[] Descend(HeldOutPredictions[] views, double[] prior)
    {
        double[] weights = prior;
        (double loss, double[] gradient) = Loss(views, weights, prior);
        double rate = 1;
        for (int step = 0; step < MaxSteps && views.Length > 1; step++)
        {
            double[] next = Step(weights, gradient, rate);
            (double nextLoss, double[] nextGradient) = Loss(views, next, prior);
            if (nextLoss > loss)
            {
                rate /= 2;
                continue;
            }

            bool isDone = loss - nextLoss < Tolerance;
            (weights, loss, gradient) = (next, nextLoss, nextGradient);
            if (isDone) break;
            rate *= 1.5;
        }

        return weights;
    }

    private static double[] Step(double[] weights, double[] gradient, double rate)
    {
        double least = gradient.Min();
        double[] next = [.. weights.Select((weight, i) => weight * Math.Exp(-rate * (gradient[i] - least)))];
        double sum = next.Sum();
        return Array.ConvertAll(next, weight => weight / sum);
    }

    /// <summary>The mean log-loss of the weighted mean and the divergence of the weights from the gains, and their gradient.</summary>
    private static (double Loss, double[] Gradient) Loss(HeldOutPredictions[] views, double[] weights, double[] prior)
    {
        int[] rows = [.. views[0].Known];
        double pull = PriorRows / rows.Length, loss = 0;
        double[] gradient = new double[weights.Length];
        foreach (int row in rows)
        {
            int actual = views[0].Classes[row];
            double[] mean = Mean(views, weights, row);
            loss -= mean[actual] / rows.Length;
            for (int i = 0; i < views.Length; i++)
            {
                double[] own = views[i].LogProbabilities[row];
                double expected = 0;
                for (int c = 0; c < own.Length; c++) expected += Math.Exp(mean[c]) * own[c];
                gradient[i] += (expected - own[actual]) / rows.Length;
            }
        }

        for (int i = 0; i < weights.Length; i++)
        {
            // A weight that has become 0 stays there, and adds nothing.
            double divergence = weights[i] > 0 ? Math.Log(weights[i] / prior[i]) : 0;
            loss += pull * weights[i] * divergence;
            gradient[i] += pull * (divergence + 1);
        }

        return (loss, gradient);
    }

    /// <summary>The logarithms of the normalised geometric mean.</summary>
    private static double[] Mean(HeldOutPredictions[] views, double[] weights, int row)
    {
        double[] mean = new double[views[0].LogProbabilities[row].Length];
        for (int i = 0; i < views.Length; i++)
        {
            double[] own = views[i].LogProbabilities[row];
            for (int c = 0; c < mean.Length; c++) mean[c] += weights[i] * own[c];
        }

        double most = mean.Max();
        double normalizer = most + Math.Log(mean.Sum(value => Math.Exp(value - most)));
        return Array.ConvertAll(mean, value => value - normalizer);
    }
}

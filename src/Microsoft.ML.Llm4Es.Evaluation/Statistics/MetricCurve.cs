namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A curve over thresholds, from x = 0 to 1, that may rise or fall straight up at some x. The area under it is the metric that it is of.</summary>
/// <param name="Points">Its points, from left to right.</param>
internal sealed record MetricCurve(IReadOnlyList<(double X, double Y)> Points)
{
    /// <summary>The ROC curve: the share of positives that are found against the share of negatives that are taken for positives. Ties are a straight line.</summary>
    public static MetricCurve Roc(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        double all = positives.Count(positive => positive), none = positives.Count - all;
        var points = new List<(double, double)> { (0, 0) };
        double found = 0, mistaken = 0;
        foreach ((int tiedPositives, int tiedNegatives) in ClassificationMetrics.Ties(positives, scores))
        {
            found += tiedPositives;
            mistaken += tiedNegatives;
            points.Add((mistaken / none, found / all));
        }

        return new MetricCurve(points);
    }

    /// <summary>The precision-recall curve, in steps, as average precision takes it: up to a recall the precision of the first threshold that reaches it.</summary>
    public static MetricCurve PrecisionRecall(IReadOnlyList<bool> positives, IReadOnlyList<double> scores)
    {
        double all = positives.Count(positive => positive);
        var points = new List<(double, double)>();
        double found = 0, seen = 0;
        foreach ((int tiedPositives, int tiedNegatives) in ClassificationMetrics.Ties(positives, scores))
        {
            seen += tiedPositives + tiedNegatives;
            if (tiedPositives == 0) continue;
            double precision = (found + tiedPositives) / seen;
            points.Add((found / all, precision));
            found += tiedPositives;
            points.Add((found / all, precision));
        }

        return new MetricCurve(points);
    }

    /// <summary>The mean of curves at each x, so that the area under it is the mean of theirs.</summary>
    public static MetricCurve Mean(IReadOnlyList<MetricCurve> curves) => new([.. Sides(curves).Select(side => (side.X, side.Y.Average()))]);

    /// <summary>The least and the most of curves at each x.</summary>
    public static IReadOnlyList<(double X, double Low, double High)> Range(IReadOnlyList<MetricCurve> curves) =>
        [.. Sides(curves).Select(side => (side.X, side.Y.Min(), side.Y.Max()))];

    public double Area => Points.Zip(Points.Skip(1)).Sum(pair => (pair.Second.X - pair.First.X) * (pair.First.Y + pair.Second.Y) / 2);

    /// <summary>The highest it is at an x.</summary>
    public double At(double x)
    {
        int at = 0;
        (double before, double after) = Around(x, ref at);
        return Math.Max(before, after);
    }

    /// <summary>What each curve is just before and just after every x at which one of them has a point.</summary>
    private static IEnumerable<(double X, double[] Y)> Sides(IReadOnlyList<MetricCurve> curves)
    {
        int[] at = new int[curves.Count];
        foreach (double x in curves.SelectMany(curve => curve.Points.Select(point => point.X)).Distinct().Order().ToArray())
        {
            double[] before = new double[curves.Count], after = new double[curves.Count];
            for (int c = 0; c < curves.Count; c++) (before[c], after[c]) = curves[c].Around(x, ref at[c]);
            yield return (x, before);
            if (!before.SequenceEqual(after)) yield return (x, after);
        }
    }

    /// <param name="x">Where.</param>
    /// <param name="at">The first point that is not left of the last x that was asked for; moves on.</param>
    private (double Before, double After) Around(double x, ref int at)
    {
        while (Points[at].X < x) at++;
        if (Points[at].X > x)
        {
            (double X, double Y) left = Points[at - 1], right = Points[at];
            double between = left.Y + (x - left.X) / (right.X - left.X) * (right.Y - left.Y);
            return (between, between);
        }

        int last = at;
        while (last + 1 < Points.Count && Points[last + 1].X == x) last++;
        return (Points[at].Y, Points[last].Y);
    }
}

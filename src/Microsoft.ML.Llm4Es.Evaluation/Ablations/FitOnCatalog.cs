using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML;

/// <summary>Estimators that are fitted on other rows than those that they are given.</summary>
public static class FitOnCatalog
{
    /// <summary>Fits an estimator on a share of the rows: what would it be, had there been less data?</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="estimator">What is fitted.</param>
    /// <param name="share">The share of rows, above 0 and at most 1; at least one row is drawn.</param>
    /// <param name="seed">The seed of the draw. A larger share of the same seed holds all rows of a smaller one.</param>
    /// <returns>The estimator.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The share is outside of (0, 1].</exception>
    public static FitOnEstimator FitOnShare(this TransformsCatalog catalog, IEstimator<ITransformer> estimator, double share, int seed = 42)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        if (share is not (> 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(share), share, "A share is above 0 and at most 1.");
        return new FitOnEstimator(estimator, rows => new RowSubset(rows, Draw(rows, share, seed)));
    }

    /// <summary>Fits an estimator on rows from elsewhere: what would it be, had it been made for other data?</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="estimator">What is fitted.</param>
    /// <param name="rows">The rows, with the columns that the estimator reads.</param>
    /// <returns>The estimator.</returns>
    public static FitOnEstimator FitOnRows(this TransformsCatalog catalog, IEstimator<ITransformer> estimator, IDataView rows)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(rows);
        return new FitOnEstimator(estimator, _ => rows);
    }

    private static IEnumerable<int> Draw(IDataView rows, double share, int seed)
    {
        int count = 0;
        using (DataViewRowCursor cursor = rows.GetRowCursor([]))
            while (cursor.MoveNext()) count++;
        int[] shuffled = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(shuffled);
        return shuffled.Take(Math.Max(1, (int)Math.Round(share * count)));
    }
}

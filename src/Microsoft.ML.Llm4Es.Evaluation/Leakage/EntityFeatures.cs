using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The aggregates of entities' events, by which single fields are looked at.</summary>
/// <param name="Names">What each feature is.</param>
/// <param name="Rows">The rows that were looked at: all, or at equal distances some of very many.</param>
/// <param name="Values">The features of each of these rows.</param>
internal sealed record EntityFeatures(IReadOnlyList<string> Names, int[] Rows, float[][] Values)
{
    /// <summary>More entities than this would take memory, and tell no more of a leak.</summary>
    private const int MaxRows = 10_000;

    /// <param name="ml">The context in which aggregates are fitted.</param>
    /// <param name="entities">A row for each entity.</param>
    /// <param name="count">How many rows there are.</param>
    /// <returns>The features; null where there are no events.</returns>
    public static EntityFeatures? Read(MLContext ml, IDataView entities, int count)
    {
        const string Column = "LeakageGuard";
        string[] fields =
        [
            .. entities.Schema
                .Where(column => !column.IsHidden && column.Type is VectorDataViewType { IsKnownSize: false } vector && EventColumn.MayBeWritten(vector.ItemType))
                .Select(column => column.Name),
        ];
        if (fields.Length == 0) return null;

        int[] rows = Every(count, MaxRows);
        IDataView looked = new RowSubset(entities, rows);
        AggregateEventsTransformer aggregates = ml.Transforms.AggregateEvents(Column, new AggregateEventsOptions { Fields = fields }).Fit(looked);
        return new EntityFeatures(aggregates.FeatureNames, rows, [.. aggregates.Transform(looked).GetColumn<float[]>(Column)]);
    }

    /// <summary>At most <paramref name="most"/> of the numbers below <paramref name="count"/>, at equal distances.</summary>
    public static int[] Every(int count, int most)
    {
        int step = (count + most - 1) / most;
        return [.. Enumerable.Range(0, count).Where(i => i % step == 0)];
    }
}

namespace Microsoft.ML.Llm4Es;

/// <summary>How many entities found their row when a table was joined to them.</summary>
/// <param name="Entities">The entities that have events.</param>
/// <param name="TableRows">The rows of the table.</param>
/// <param name="Matched">The entities that found their row; the others are left out of the result.</param>
/// <param name="EntitiesWithoutRow">The first entities that did not, at most ten.</param>
/// <param name="RowsWithoutEvents">The first rows whose entity has no events, at most ten.</param>
public sealed record EntityMatch(
    int Entities, int TableRows, int Matched, IReadOnlyList<string> EntitiesWithoutRow, IReadOnlyList<string> RowsWithoutEvents)
{
    /// <summary>Says it in a line.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        $"{Matched} of {Entities} entities found their row among {TableRows}" +
        Examples("without a row", Entities - Matched, EntitiesWithoutRow) +
        Examples("rows without events", TableRows - Matched, RowsWithoutEvents);

    private static string Examples(string what, int count, IReadOnlyList<string> examples) =>
        count == 0 ? "" : $"; {count} {what} ({string.Join(", ", examples.Take(3))}{(count > 3 ? ", ..." : "")})";
}

namespace Microsoft.ML.Llm4Es;

/// <summary>How many entities found their row when a table was joined to them.</summary>
/// <param name="Entities">The entities that have events.</param>
/// <param name="TableRows">The rows of the table.</param>
/// <param name="Matched">The entities that found their row; the others are left out of the result.</param>
/// <param name="RowsWithoutEvents">The rows of the table whose entity has no events.</param>
/// <param name="EntitiesWithoutRowExamples">The first entities without a row, at most ten.</param>
/// <param name="RowsWithoutEventsExamples">The first rows whose entity has no events, at most ten.</param>
public sealed record EntityMatch(
    int Entities,
    int TableRows,
    int Matched,
    int RowsWithoutEvents,
    IReadOnlyList<string> EntitiesWithoutRowExamples,
    IReadOnlyList<string> RowsWithoutEventsExamples)
{
    /// <summary>Gets how many entities found no row; they are left out of the result.</summary>
    public int EntitiesWithoutRow => Entities - Matched;

    /// <summary>Says it in a line.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        FormattableString.Invariant($"{Matched:N0} of {Entities:N0} entities found their row among {TableRows:N0}") +
        Part("entities have no row and are left out", EntitiesWithoutRow, EntitiesWithoutRowExamples) +
        Part("rows have no events", RowsWithoutEvents, RowsWithoutEventsExamples);

    private static string Part(string what, int count, IReadOnlyList<string> examples) =>
        count == 0 ? "" : FormattableString.Invariant($"; {count:N0} {what} ({string.Join(", ", examples.Take(3))}{(count > 3 ? ", ..." : "")})");
}

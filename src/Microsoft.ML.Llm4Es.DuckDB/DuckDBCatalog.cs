using Microsoft.ML.Llm4Es.DuckDB;

namespace Microsoft.ML;

/// <summary>Loads CSV and Parquet files, and SQL queries over them, as data views, through DuckDB.</summary>
public static class DuckDBCatalog
{
    /// <summary>
    /// Loads a CSV or Parquet file. Nothing is kept in memory: each cursor streams the file anew, in file order, and reads only the columns that it needs.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A name that ends in <c>.parquet</c> is a Parquet file; any other is delimited text in UTF-8 whose first line names the columns, gzip-compressed
    /// where it ends in <c>.gz</c>. The delimiter is the one of <c>, ; tab |</c> that the first line holds most of; values may be quoted with <c>"</c>.
    /// Types are inferred by DuckDB from every row, so that one odd value late in the file makes a text column and not an error.
    /// </para>
    /// <para>
    /// Types: text; Boolean; the integer types; Single; Double (also decimals and 128-bit integers); DateTime (timestamps and dates);
    /// DateTimeOffset (timestamps with a time zone, in UTC); TimeSpan (times of day). Anything else is its text.
    /// Missing values: an empty text, NaN in a floating-point column. ML.NET's other types have no missing value, so a column with missing values becomes
    /// Single where it held Booleans or integers of up to 16 bits, Double where it held longer ones, and ISO 8601 text where it held times.
    /// </para>
    /// </remarks>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="path">The path of the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file has no rows, is malformed (the message names the line), or is in no known format.</exception>
    public static IDataView LoadFromTableFile(this DataOperationsCatalog catalog, string path)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return new DuckDBDataView(TableFile.Open(path));
    }

    /// <summary>
    /// Loads the result of a SQL query, such as <c>SELECT * FROM 'events.parquet' WHERE amount > 0 ORDER BY time</c>. The query runs anew for each cursor,
    /// so it must be repeatable: without ORDER BY, a join or an aggregation may give its rows in another order.
    /// </summary>
    /// <remarks>Types and missing values are those of <see cref="LoadFromTableFile"/>.</remarks>
    /// <param name="catalog">The data operations catalog.</param>
    /// <param name="query">One SELECT statement in DuckDB's SQL, over files or values; there are no tables to read from.</param>
    /// <exception cref="InvalidDataException">The query cannot be run, or gives no rows.</exception>
    public static IDataView LoadFromQuery(this DataOperationsCatalog catalog, string query)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentException.ThrowIfNullOrWhiteSpace(query);
        // The line break ends a comment that the query may end with.
        return new DuckDBDataView(new DuckDBSource($"({query.TrimEnd().TrimEnd(';')}\n)", "the query"));
    }
}

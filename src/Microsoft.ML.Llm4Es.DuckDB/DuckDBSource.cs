using System.Text.RegularExpressions;
using DuckDB.NET.Data;

namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>Something that SQL can select from, and how messages call it.</summary>
/// <param name="Relation">What stands after FROM.</param>
/// <param name="Name">The file's path, or "the query".</param>
internal sealed partial record DuckDBSource(string Relation, string Name)
{
    /// <summary>Runs a query on a database of its own, so that cursors never share state; the reader disposes what it stands on.</summary>
    public DuckDBQuery Query(string sql)
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        DuckDBCommand? command = null;
        try
        {
            connection.Open();
            command = connection.CreateCommand();
            command.CommandText = sql;
            command.UseStreamingMode = true;
            return new DuckDBQuery(this, connection, command, command.ExecuteReader());
        }
        catch (DuckDBException exception)
        {
            command?.Dispose();
            connection.Dispose();
            throw Explain(exception);
        }
    }

    /// <summary>DuckDB's message of many lines as one that names the line of the file and the remedy.</summary>
    public InvalidDataException Explain(DuckDBException exception)
    {
        Match row = MalformedRow().Match(exception.Message);
        string text = row.Success
            ? $"{Name}, line {row.Groups["line"].Value}: {Reason(row.Groups["reason"].Value)} The line reads: {Shorten(row.Groups["text"].Value)}. " +
              "Mend or remove that line; a value that holds the delimiter, a quote or a line break must stand in double quotes."
            : $"{Name} cannot be read: {Shorten(exception.Message.Split('\n')[0])}";
        return new InvalidDataException(text, exception);
    }

    private static string Reason(string reason)
    {
        Match counts = ColumnCounts().Match(reason);
        return counts.Success
            ? $"{counts.Groups["found"].Value} values where the first line names {counts.Groups["expected"].Value} columns."
            : reason.TrimEnd('.', ' ') + ".";
    }

    private static string Shorten(string text) => text.Length <= 160 ? text : text[..160] + "…";

    [GeneratedRegex(@"CSV Error on Line: (?<line>\d+)\nOriginal Line: (?<text>[^\n]*)\n(?:[^\n]*\n)*?(?<reason>(?:Expected|Value|Invalid|Maximum|Error|It was|The)[^\n]*)")]
    private static partial Regex MalformedRow();

    [GeneratedRegex(@"Expected Number of Columns: (?<expected>\d+) Found: (?<found>\d+)")]
    private static partial Regex ColumnCounts();
}

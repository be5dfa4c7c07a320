using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>SQL: an INSERT for each event, or one for all. Numbers are numbers, a missing value is NULL, the rest are strings.</summary>
internal sealed partial class SqlFormat : EventFormat
{
    /// <summary>The reserved words of SQL, PostgreSQL and DuckDB among them.</summary>
    private static readonly HashSet<string> Keywords =
    [
        .. ("all and any array as asc at between both by case cast check collate column constraint create cross current default delete desc describe distinct do else end " +
            "except exists false fetch filter for foreign from full function grant group having hour in inner insert intersect interval into is join lambda lateral " +
            "leading left like limit minute month natural not null of offset on only or order outer over overlaps partition pivot position primary qualify range rank " +
            "references returning right row rows second select set show similar some start symmetric table then to trailing true union unique unpivot update user " +
            "using values when where window with year").Split(' '),
    ];

    public override string Write(EventTable table, Random random)
    {
        bool together = random.Next(2) == 0;
        string insert = $"INSERT INTO {ListName(random)} ({string.Join(", ", table.Fields.Select(Identifier))}) VALUES";
        if (table.Events.Count == 0) return "-- no events";

        IEnumerable<string> rows = table.Events.Select(values => $"({string.Join(", ", values.Select(Literal))})");
        return together
            ? $"{insert}\n{string.Join(",\n", rows)};"
            : new StringBuilder().AppendJoin('\n', rows.Select(row => $"{insert} {row};")).ToString();
    }

    /// <summary>Quoted where it is no plain word, or one of SQL's own.</summary>
    private static string Identifier(string name) => Word().IsMatch(name) && !Keywords.Contains(name) ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Literal(string value)
    {
        if (value.Length == 0) return "NULL";
        return IsNumber(value) ? value : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
    }

    [GeneratedRegex(@"^[a-z][a-z0-9_]*\z")]
    private static partial Regex Word();
}

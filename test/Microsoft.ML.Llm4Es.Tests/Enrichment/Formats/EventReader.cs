using System.Text.Json;
using System.Xml.Linq;
using AngleSharp.Html.Parser;
using DuckDB.NET.Data;
using YamlDotNet.RepresentationModel;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>Reads events back by parsers that know nothing of how they were written; a missing value is empty.</summary>
internal static class EventReader
{
    /// <summary>One for each thread, since opening one takes longer than a statement.</summary>
    private static readonly ThreadLocal<DuckDBConnection> Database = new(() =>
    {
        var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        return connection;
    });

    public static List<Dictionary<string, string>> Read(EventTextFormat format, string text) => format switch
    {
        EventTextFormat.Json => Json(text),
        EventTextFormat.Yaml => Yaml(text),
        EventTextFormat.Xml => Xml(text),
        EventTextFormat.Html => Html(text),
        EventTextFormat.Markdown => MarkdownReader.Read(text),
        EventTextFormat.Sql => Sql(text),
        EventTextFormat.KeyValue => LineReader.KeyValues(text),
        _ => LineReader.Prose(text),
    };

    private static List<Dictionary<string, string>> Json(string text)
    {
        using JsonDocument document = JsonDocument.Parse(text);
        return [.. document.RootElement.EnumerateObject().Single().Value.EnumerateArray().Select(item => item.EnumerateObject().ToDictionary(
            property => property.Name,
            property => property.Value.ValueKind switch
            {
                JsonValueKind.Null => "",
                JsonValueKind.Number => property.Value.GetRawText(),
                _ => property.Value.GetString()!,
            }))];
    }

    private static List<Dictionary<string, string>> Yaml(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        YamlNode root = stream.Documents.Single().RootNode;
        YamlNode list = root is YamlMappingNode named ? named.Children.Single().Value : root;
        return [.. ((YamlSequenceNode)list).Cast<YamlMappingNode>().Select(item => item.ToDictionary(pair => Scalar(pair.Key), pair => Scalar(pair.Value)))];

        static string Scalar(YamlNode node) => ((YamlScalarNode)node).Value ?? "";
    }

    private static List<Dictionary<string, string>> Xml(string text) =>
        [.. XDocument.Parse(text, LoadOptions.PreserveWhitespace).Root!.Elements().Select(item => item.HasAttributes
            ? item.Attributes().ToDictionary(attribute => Name(attribute.Name), attribute => attribute.Value)
            : item.Elements().ToDictionary(element => element.Attribute("name")?.Value ?? Name(element.Name), element => element.Value))];

    /// <summary>Only names of letters, digits and blanks become names of elements.</summary>
    private static string Name(XName name) => name.LocalName.Replace('_', ' ');

    private static List<Dictionary<string, string>> Html(string text)
    {
        string[][] rows = [.. new HtmlParser().ParseDocument(text).QuerySelectorAll("tr").Select(row => row.Children.Select(cell => cell.TextContent).ToArray())];
        return [.. rows.Skip(1).Select(row => rows[0].Zip(row).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    /// <summary>Runs the statements in a database, in a table of the columns that they name.</summary>
    private static List<Dictionary<string, string>> Sql(string text)
    {
        if (text == "-- no events") return [];

        using DuckDBCommand command = Database.Value!.CreateCommand();
        string insert = text[..(text.IndexOf(" VALUES", StringComparison.Ordinal))];
        string table = insert.Split(' ')[2], columns = insert[(insert.IndexOf('(', StringComparison.Ordinal) + 1)..^1];
        // As text, so that what is read is what was written.
        command.CommandText = $"CREATE OR REPLACE TABLE {table} ({string.Join(" VARCHAR, ", SplitIdentifiers(columns))} VARCHAR); {text}";
        command.ExecuteNonQuery();
        command.CommandText = $"SELECT * FROM {table} ORDER BY rowid";
        using DuckDBDataReader reader = command.ExecuteReader();
        var events = new List<Dictionary<string, string>>();
        while (reader.Read())
            events.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, field => reader.IsDBNull(field) ? "" : reader.GetString(field)));
        return events;
    }

    private static IEnumerable<string> SplitIdentifiers(string columns)
    {
        int start = 0;
        bool quoted = false;
        for (int i = 0; i < columns.Length; i++)
        {
            if (columns[i] == '"') quoted = !quoted;
            if (columns[i] != ',' || quoted) continue;
            yield return columns[start..i].Trim();
            start = i + 1;
        }

        yield return columns[start..].Trim();
    }
}

using System.IO.Compression;

namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>Turns the path of a CSV or Parquet file into what SQL can select from.</summary>
internal static class TableFile
{
    private const string Delimiters = ",;\t|";

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is empty or malformed.</exception>
    public static DuckDBSource Open(string path)
    {
        if (Directory.Exists(path)) throw new InvalidDataException($"{path} is a folder. Name a CSV (also .gz) or Parquet file.");
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} was not found. Check the path: it is taken from {Directory.GetCurrentDirectory()}.", path);

        if (new FileInfo(path).Length == 0) throw Empty(path);
        return path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase)
            ? new DuckDBSource($"read_parquet({PathLiteral(path)})", path)
            : OpenDelimited(path);
    }

    public static string Quote(string column) => $"\"{column.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static DuckDBSource OpenDelimited(string path)
    {
        string header = ReadHeader(path);
        char delimiter = Delimiters.MaxBy(candidate => Count(header, candidate));
        // Left to itself, DuckDB takes the first dialect in which every row has equally many columns: one malformed row, and the file is a single column.
        string dialect = $"{PathLiteral(path)}, delim='{delimiter}', quote='\"', escape='\"', comment='', skip=0, header=true";

        // Reading all as text checks every row and names the line of the first bad one; type inference alone would only say that it failed.
        string columns = string.Join(", ", Enumerable.Range(0, Count(header, delimiter) + 1).Select(i => $"'c{i}': 'VARCHAR'"));
        var text = new DuckDBSource($"read_csv({dialect}, auto_detect=false, columns={{{columns}}})", path);
        using (DuckDBQuery rows = text.Query($"SELECT count(*) FROM {text.Relation}"))
        {
            if (rows.Read() && rows.Value<long>(0) == 0) throw new InvalidDataException($"{path} has a header but no rows. Check how it was made.");
        }

        return new DuckDBSource($"read_csv({dialect}, auto_detect=false, {InferTypes(text, dialect)})", path);
    }

    /// <summary>The names and types of the columns and the format of dates, from all rows, as options of read_csv.</summary>
    private static string InferTypes(DuckDBSource text, string dialect)
    {
        using DuckDBQuery inferred = text.Query(
            $"""
            SELECT c.name, c.type, coalesce(DateFormat, ''), coalesce(TimestampFormat, '')
            FROM (SELECT unnest(Columns) AS c, DateFormat, TimestampFormat FROM sniff_csv({dialect}, sample_size=-1))
            """);
        var types = new List<string>();
        string formats = "";
        while (inferred.Read())
        {
            types.Add($"{Literal(inferred.Value<string>(0))}: '{inferred.Value<string>(1)}'");
            formats = Format("dateformat", inferred.Value<string>(2)) + Format("timestampformat", inferred.Value<string>(3));
        }

        return $"columns={{{string.Join(", ", types)}}}{formats}";

        static string Format(string option, string value) => value.Length == 0 ? "" : $", {option}={Literal(value)}";
    }

    private static string ReadHeader(string path)
    {
        using Stream file = File.OpenRead(path);
        bool compressed = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        using Stream content = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(content);
        string? header;
        try
        {
            header = reader.ReadLine();
        }
        catch (InvalidDataException exception)
        {
            throw new InvalidDataException($"{path} is not a gzip file. Compress it anew, or drop .gz from its name if it is plain text.", exception);
        }

        if (string.IsNullOrWhiteSpace(header)) throw Empty(path);
        if (header.Contains('\0', StringComparison.Ordinal))
            throw new InvalidDataException($"{path} is not a text file. Name a CSV file in UTF-8 (also .gz), or a Parquet file whose name ends in .parquet.");
        return header;
    }

    /// <summary>How often the delimiter stands in the line outside of quotes.</summary>
    private static int Count(string line, char delimiter)
    {
        int count = 0;
        bool quoted = false;
        foreach (char c in line)
        {
            if (c == '"') quoted = !quoted;
            else if (c == delimiter && !quoted) count++;
        }

        return count;
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The path with the characters that DuckDB expands as a pattern over many files in brackets, so that each stands for itself.</summary>
    private static string PathLiteral(string path) => Literal(string.Concat(path.Select(c => c is '*' or '?' or '[' ? $"[{c}]" : c.ToString())));

    private static InvalidDataException Empty(string path) =>
        new($"{path} is empty. It needs a first line that names the columns, and rows below it.");
}

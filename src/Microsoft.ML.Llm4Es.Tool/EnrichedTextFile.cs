using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The JSON lines of an enrichment, which get their name when they are complete.</summary>
internal sealed class EnrichedTextFile : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;
    private readonly string _temporary;
    private readonly StreamWriter _writer;

    public EnrichedTextFile(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _path = path;
        _temporary = path + ".partial";
        _writer = new StreamWriter(new FileStream(_temporary, FileMode.Create, FileAccess.Write, FileShare.None)) { NewLine = "\n" };
    }

    /// <summary>Reads the lines of a file back.</summary>
    /// <exception cref="InvalidDataException">A line is not one of an enrichment.</exception>
    public static IEnumerable<Line> Read(string path)
    {
        int number = 0;
        foreach (string json in File.ReadLines(path))
        {
            number++;
            Line? line;
            try
            {
                line = JsonSerializer.Deserialize<Line>(json, Json);
            }
            catch (JsonException exception)
            {
                throw NotALine(path, number, exception);
            }

            yield return line is { Id: not null } ? line : throw NotALine(path, number, cause: null);
        }
    }

    /// <summary>Writes a line for each entity that has the text.</summary>
    public void Write(IEnumerable<string> ids, EnrichedText enriched)
    {
        foreach (string id in ids)
        {
            var line = new Line(id, enriched.Variant, enriched.Text, enriched.Faithfulness?.Score, enriched.InputTokens + enriched.OutputTokens, JsonNamingPolicy.CamelCase.ConvertName($"{enriched.Outcome}"));
            _writer.WriteLine(JsonSerializer.Serialize(line, Json));
        }
    }

    public void Complete()
    {
        _writer.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_temporary);
    }

    private static InvalidDataException NotALine(string path, int number, Exception? cause) =>
        new($"{path}, line {number} is not what llm4es enrich writes; a JSON object with id, variant and text is expected.", cause);

    /// <summary>A variant of an entity's text, as it is written.</summary>
    internal sealed record Line(string Id, int Variant, string? Text, double? Faithfulness, long Tokens, string Outcome);
}

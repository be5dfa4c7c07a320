using System.Text;
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
        _writer = new StreamWriter(_temporary, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" };
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

    private sealed record Line(string Id, int Variant, string? Text, double? Faithfulness, long Tokens, string Outcome);
}

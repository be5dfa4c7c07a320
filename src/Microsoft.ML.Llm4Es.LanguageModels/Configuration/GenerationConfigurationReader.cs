using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads of <c>generation_config.json</c> what ends a text: chat models name tokens there that <c>config.json</c> lacks, such as the end of a turn.</summary>
internal static class GenerationConfigurationReader
{
    private const string FileName = "generation_config.json";

    /// <summary>Gets the ids that end a text; none where there is no such file.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    internal static IReadOnlyList<int> EndOfTextIds(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return [];
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonObjectReader generation = new(document.RootElement, path);
            return document.RootElement.ValueKind is JsonValueKind.Object
                ? generation.TokenIds("eos_token_id")
                : throw generation.Error($"a JSON object is expected, found {document.RootElement.ValueKind}.");
        }
        catch (JsonException cause)
        {
            throw new InvalidDataException($"{path}: no valid JSON. {cause.Message}", cause);
        }
    }
}

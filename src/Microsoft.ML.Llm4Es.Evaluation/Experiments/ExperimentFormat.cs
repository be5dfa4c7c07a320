using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How spaces and trials stand in JSON. What is written of a value tells it from all others, so it is what values are compared by, too.</summary>
internal static class ExperimentFormat
{
    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Compact { get; } = Create(indented: false);

    /// <summary>For people.</summary>
    public static JsonSerializerOptions Indented { get; } = Create(indented: true);

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, Compact);

    public static JsonNode? ToNode<T>(T value) => JsonSerializer.SerializeToNode(value, Compact);

    private static JsonSerializerOptions Create(bool indented) => new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = indented,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        ReadCommentHandling = JsonCommentHandling.Skip,
        Converters =
        {
            new JsonStringEnumConverter(JsonNamingPolicy.CamelCase),
            new EventFieldConverter(),
            new TextConverter<LanguageModelSource>(LanguageModelSource.Parse),
            new TextConverter<Tuning>(Tuning.Parse),
            new TextConverter<PooledPart>(PooledPart.Parse),
        },
    };

    /// <summary>A value that has a text of its own.</summary>
    private sealed class TextConverter<T>(Func<string, T> parse) : JsonConverter<T>
        where T : notnull
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.TokenType is JsonTokenType.String
            ? parse(reader.GetString()!)
            : throw new JsonException($"A text is expected for a {typeof(T).Name}, such as \"{(typeof(T) == typeof(PooledPart) ? "upper:mean" : typeof(T) == typeof(Tuning) ? "full" : "scratch:small")}\".");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
    }
}

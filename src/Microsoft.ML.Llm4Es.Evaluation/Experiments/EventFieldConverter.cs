using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>An event field in JSON: the column's name for one that is written as it is, or an object that says how.</summary>
internal sealed class EventFieldConverter : JsonConverter<EventField>
{
    public override EventField Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String) return EventField.Plain(reader.GetString()!);

        FieldObject read = JsonSerializer.Deserialize<FieldObject>(ref reader, options)!;
        return read.Kind switch
        {
            EventFieldKind.Code => EventField.Code(read.Column, read.Name, read.CodeNames ?? throw new JsonException($"The field of codes '{read.Column}' has no codeNames.")),
            EventFieldKind.Number => EventField.Number(read.Column, read.Name, read.Decimals),
            EventFieldKind.Time => EventField.Time(read.Column, read.Name, read.TimeFormat ?? TimeFormat.Gap, read.TimeUnit ?? TimeUnit.Days),
            _ => EventField.Plain(read.Column, read.Name),
        };
    }

    public override void Write(Utf8JsonWriter writer, EventField value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, new FieldObject
    {
        Column = value.Column,
        Name = value.Name,
        Kind = value.Kind,
        CodeNames = value.CodeNames is null ? null : new SortedDictionary<string, string>(new Dictionary<string, string>(value.CodeNames), StringComparer.Ordinal),
        Decimals = value.Decimals,
        TimeFormat = value.Kind is EventFieldKind.Time ? value.TimeFormat : null,
        TimeUnit = value.Kind is EventFieldKind.Time ? value.TimeUnit : null,
    }, options);

    private sealed class FieldObject
    {
        public required string Column { get; init; }

        public string? Name { get; init; }

        public EventFieldKind Kind { get; init; }

        public SortedDictionary<string, string>? CodeNames { get; init; }

        public int? Decimals { get; init; }

        public TimeFormat? TimeFormat { get; init; }

        public TimeUnit? TimeUnit { get; init; }
    }
}

using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads typed values of one JSON object; every error names the file, the key, what was found and what was expected.</summary>
internal readonly struct JsonObjectReader(JsonElement element, string source)
{
    internal JsonElement Element { get; } = element;

    internal string Source { get; } = source;

    internal InvalidDataException Error(string problem) => new($"{Source}: {problem}");

    /// <summary>Gets a key's value; absent and null are the same.</summary>
    internal JsonElement? Value(string key) =>
        Element.TryGetProperty(key, out JsonElement value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    internal bool IsNull(string key) => Element.TryGetProperty(key, out JsonElement value) && value.ValueKind is JsonValueKind.Null;

    internal int Size(string key) => OptionalSize(key) ?? throw Error($"{key} is missing; a whole number above 0 is expected.");

    internal int? OptionalSize(string key)
    {
        if (Value(key) is not { } value) return null;
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetInt32(out int size) || size < 1)
            throw Error($"{key} is {value.GetRawText()}; a whole number from 1 to {int.MaxValue} is expected.");
        return size;
    }

    internal double? Positive(string key)
    {
        if (Value(key) is not { } value) return null;
        if (value.ValueKind is not JsonValueKind.Number || !value.TryGetDouble(out double number) || !double.IsFinite(number) || number <= 0)
            throw Error($"{key} is {value.GetRawText()}; a finite number above 0 is expected.");
        return number;
    }

    internal bool? Boolean(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Error($"{key} is {other.GetRawText()}; true or false is expected."),
    };

    internal string? Text(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } text => text.GetString(),
        { } other => throw Error($"{key} is {other.GetRawText()}; a text is expected."),
    };

    internal JsonObjectReader? Object(string key) => Value(key) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Object } value => new JsonObjectReader(value, $"{Source}: {key}"),
        { } other => throw Error($"{key} is {other.GetRawText()}; an object is expected."),
    };

    internal IReadOnlyList<string>? Texts(string key)
    {
        if (Value(key) is not { } value) return null;
        if (value.ValueKind is not JsonValueKind.Array || value.EnumerateArray().Any(item => item.ValueKind is not JsonValueKind.String))
            throw Error($"{key} is {value.GetRawText()}; a list of texts is expected.");
        return [.. value.EnumerateArray().Select(item => item.GetString()!)];
    }

    /// <summary>Reads one token id or a list of them. A negative id means none, as in early LLaMA configurations.</summary>
    internal IReadOnlyList<int> TokenIds(string key)
    {
        if (Value(key) is not { } value) return [];
        JsonElement[] items = value.ValueKind is JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        List<int> ids = [];
        foreach (JsonElement item in items)
        {
            if (item.ValueKind is not JsonValueKind.Number || !item.TryGetInt32(out int id))
                throw Error($"{key} is {value.GetRawText()}; a token id or a list of them is expected.");
            if (id >= 0) ids.Add(id);
        }

        return ids;
    }
}

using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A JSON object of a tokenizer.json, with the path to it, so that every complaint says where it is.</summary>
internal readonly record struct JsonSection(JsonElement Element, string Path)
{
    /// <summary>The section's <c>type</c>, by which tokenizer.json names components.</summary>
    public string Type => Text("type");

    public string Text(string name) =>
        OptionalText(name) ?? throw Invalid(name, "a string");

    public string? OptionalText(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw Invalid(name, "a string", value);
        return value.GetString();
    }

    public char Character(string name) =>
        Text(name) is { Length: 1 } text ? text[0] : throw Invalid(name, "one character of the basic multilingual plane", Element.GetProperty(name));

    public bool Flag(string name, bool otherwise)
    {
        if (!TryGet(name, out JsonElement value)) return otherwise;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Invalid(name, "true or false", value),
        };
    }

    public int Number(string name)
    {
        if (!TryGet(name, out JsonElement value)) throw Invalid(name, "a whole number");
        return ReadNumber(value, $"{Path}.{name}");
    }

    public JsonSection Section(string name) =>
        OptionalSection(name) ?? throw Invalid(name, "an object");

    public JsonSection? OptionalSection(string name)
    {
        if (!TryGet(name, out JsonElement value)) return null;
        if (value.ValueKind != JsonValueKind.Object) throw Invalid(name, "an object", value);
        return new JsonSection(value, $"{Path}.{name}");
    }

    /// <summary>The objects of an array; an absent array is an error.</summary>
    public IEnumerable<JsonSection> Sections(string name)
    {
        int index = 0;
        foreach (JsonElement item in Items(name))
        {
            string path = $"{Path}.{name}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object) throw new InvalidDataException($"{path}: expected an object, found {Describe(item)}.");
            yield return new JsonSection(item, path);
        }
    }

    public IEnumerable<string> Strings(string name)
    {
        foreach (JsonElement item in Items(name)) yield return item.ValueKind == JsonValueKind.String ? item.GetString()! : throw Invalid(name, "strings", item);
    }

    public JsonElement.ArrayEnumerator Items(string name)
    {
        if (!TryGet(name, out JsonElement value)) throw Invalid(name, "an array");
        if (value.ValueKind != JsonValueKind.Array) throw Invalid(name, "an array", value);
        return value.EnumerateArray();
    }

    /// <summary>Refuses properties that this reader gives no meaning to: ignoring one could change the ids silently.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (JsonProperty property in Element.EnumerateObject())
        {
            if (!names.Contains(property.Name)) throw Unsupported($"the property '{property.Name}'");
        }
    }

    public NotSupportedException Unsupported(string what) =>
        new($"{Path}: {what} is not supported. Supported are the byte pair encoding tokenizers of the LLaMA family; see {nameof(LanguageModelTokenizer)}.");

    public InvalidDataException Invalid(string name, string expected, JsonElement found = default) =>
        new($"{Path}.{name}: expected {expected}, found {Describe(found)}.");

    public static int ReadNumber(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= 0) return number;
        throw new InvalidDataException($"{path}: expected a whole number from 0 to {int.MaxValue}, found {Describe(value)}.");
    }

    private bool TryGet(string name, out JsonElement value) =>
        Element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    public static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => "nothing",
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        _ => value.GetRawText() is { Length: > 60 } text ? $"{text[..60]}…" : value.GetRawText(),
    };
}

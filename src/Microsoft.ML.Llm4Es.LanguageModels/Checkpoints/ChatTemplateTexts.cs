using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Finds the chat templates of a model's folder: <c>chat_template.jinja</c> and <c>additional_chat_templates/NAME.jinja</c>, else <c>chat_template</c> of tokenizer_config.json.</summary>
internal static class ChatTemplateTexts
{
    internal const string FileName = "chat_template.jinja";

    /// <summary>The name of the template that is used unless another is asked for.</summary>
    internal const string Default = "default";

    private const string Key = "chat_template";

    /// <summary>Reads the templates by name; empty where there are none.</summary>
    /// <exception cref="InvalidDataException">tokenizer_config.json is damaged.</exception>
    internal static IReadOnlyDictionary<string, string> Read(string folder, TokenizerConfiguration configuration)
    {
        Dictionary<string, string> files = new(StringComparer.Ordinal);
        string path = Path.Combine(folder, FileName);
        if (File.Exists(path)) files.Add(Default, File.ReadAllText(path));
        string additional = Path.Combine(folder, "additional_chat_templates");
        if (Directory.Exists(additional))
        {
            foreach (string file in Directory.GetFiles(additional, "*.jinja")) files.TryAdd(Path.GetFileNameWithoutExtension(file), File.ReadAllText(file));
        }

        return files.Count > 0 ? files : Parse(configuration);
    }

    /// <summary>Whether templates are saved as <see cref="FileName"/>: there is none but the default.</summary>
    internal static bool IsOneFile(IReadOnlyDictionary<string, string> templates) => templates.Keys.All(name => name == Default);

    /// <summary>Writes templates as <see cref="Read"/> finds them in tokenizer_config.json.</summary>
    internal static void Write(Utf8JsonWriter json, IReadOnlyDictionary<string, string> templates)
    {
        json.WriteStartArray(Key);
        foreach ((string name, string template) in templates)
        {
            json.WriteStartObject();
            json.WriteString("name", name);
            json.WriteString("template", template);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Takes one template, or a list of <c>{"name": .., "template": ..}</c>, out of tokenizer_config.json.</summary>
    private static Dictionary<string, string> Parse(TokenizerConfiguration configuration)
    {
        Dictionary<string, string> templates = new(StringComparer.Ordinal);
        if (configuration.Json?.Value(Key) is not { } value) return templates;

        JsonObjectReader json = configuration.Json.Value;
        if (value.ValueKind is JsonValueKind.Array)
        {
            foreach (JsonElement item in value.EnumerateArray())
            {
                JsonObjectReader named = new(item, $"{json.Source}: {Key}");
                if (item.ValueKind is not JsonValueKind.Object || named.Text("name") is not { } name || named.Text("template") is not { } template)
                    throw json.Error($"{Key} holds {item.GetRawText()}; an object with a name and a template is expected.");
                templates[name] = template;
            }
        }
        else
        {
            templates.Add(Default, json.Text(Key)!);
        }

        return templates;
    }
}

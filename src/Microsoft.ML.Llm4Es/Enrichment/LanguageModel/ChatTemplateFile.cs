using System.Text.Json;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Finds the chat template of a Hugging Face folder, in a file of its own or in the tokenizer's settings.</summary>
internal static class ChatTemplateFile
{
    private const string TemplateFile = "chat_template.jinja";
    private const string SettingsFile = "tokenizer_config.json";
    private const string Property = "chat_template";

    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static ChatTemplate Read(string folder)
    {
        string file = Path.Combine(folder, TemplateFile), settings = Path.Combine(folder, SettingsFile);
        if (File.Exists(file)) return ChatTemplate.Parse(File.ReadAllText(file));
        if (File.Exists(settings))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(settings));
            if (document.RootElement.TryGetProperty(Property, out JsonElement template) && template.ValueKind == JsonValueKind.String)
                return ChatTemplate.Parse(template.GetString()!);
        }

        throw new FileNotFoundException(
            $"The folder '{folder}' has no chat template, neither {TemplateFile} nor '{Property}' in {SettingsFile}. Choose an instruction-tuned model: one that was not tuned on chats cannot be asked to rewrite.");
    }
}

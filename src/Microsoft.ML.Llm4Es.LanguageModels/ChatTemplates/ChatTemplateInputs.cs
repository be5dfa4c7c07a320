using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a chat template is rendered with; the same names and meaning as the arguments of transformers' <c>apply_chat_template</c>.</summary>
public sealed class ChatTemplateInputs
{
    /// <summary>Gets the messages, oldest first: each an object with <c>role</c>, <c>content</c> and whatever else the template reads. Default none.</summary>
    public JsonArray Messages { get; init; } = [];

    /// <summary>Gets the JSON schemas of the tools that the model may call. Default null, which templates see as <c>none</c>.</summary>
    public JsonArray? Tools { get; init; }

    /// <summary>Gets the documents for retrieval-augmented generation. Default null, which templates see as <c>none</c>.</summary>
    public JsonArray? Documents { get; init; }

    /// <summary>Gets whether the text ends with what starts an assistant's turn, so that the model answers. Default false.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>
    /// Gets further variables by name: the special tokens (<c>bos_token</c>, <c>eos_token</c>, …) and what the template offers, such as <c>enable_thinking</c> or <c>date_string</c>.
    /// Default none. A variable of the same name as another input takes its place.
    /// </summary>
    public JsonObject Variables { get; init; } = [];

    /// <summary>Gets the moment that <c>strftime_now</c> writes. Default null: the local time of the rendering; set it to make the text repeatable.</summary>
    public DateTime? Now { get; init; }
}

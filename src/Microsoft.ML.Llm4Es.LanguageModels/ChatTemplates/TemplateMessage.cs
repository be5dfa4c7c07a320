using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A message of a chat whose content is plain text. Messages with more fields, such as tool calls, are given to <see cref="ChatTemplateInputs.Messages"/> as JSON.</summary>
/// <param name="Role">Who speaks: <c>system</c>, <c>user</c>, <c>assistant</c> or another role that the template knows.</param>
/// <param name="Content">What is said.</param>
public sealed record TemplateMessage(string Role, string Content)
{
    /// <summary>Provides the message as the JSON object <c>{"role": …, "content": …}</c> that templates read.</summary>
    public JsonObject ToJson() => new() { ["role"] = Role, ["content"] = Content };
}

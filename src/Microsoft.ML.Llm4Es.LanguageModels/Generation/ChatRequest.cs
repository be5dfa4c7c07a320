using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads what a caller of <see cref="IChatClient"/> asks for. What is not supported is refused by name, never ignored.</summary>
internal static class ChatRequest
{
    private const string RepetitionPenalty = "repetition_penalty";
    private const string MinP = "min_p";

    /// <summary>Gets how to generate: <paramref name="defaults"/>, or what the caller's factory makes, with the options that are set.</summary>
    internal static GenerationOptions ToGenerationOptions(ChatOptions? options, GenerationOptions defaults, IChatClient client)
    {
        if (options is null) return defaults;
        RefuseUnsupported(options);
        GenerationOptions generation = options.RawRepresentationFactory?.Invoke(client) as GenerationOptions ?? defaults;
        if (options.MaxOutputTokens is { } tokens) generation = generation with { MaxNewTokens = tokens };
        if (options.StopSequences is { Count: > 0 } stops) generation = generation with { StopStrings = [.. generation.StopStrings, .. stops] };
        if (Number(options, RepetitionPenalty) is { } penalty) generation = generation with { RepetitionPenalty = penalty };
        return generation with { Sampling = ToSampling(options, generation.Sampling) };
    }

    /// <summary>Gets what a chat template is rendered with.</summary>
    internal static ChatTemplateInputs ToTemplateInputs(IEnumerable<Extensions.AI.ChatMessage> messages, ChatOptions? options, JsonObject specialTokens)
    {
        JsonArray history = [];
        if (!string.IsNullOrEmpty(options?.Instructions)) history.Add(new TemplateMessage(ChatRole.System.Value, options.Instructions).ToJson());
        foreach (Extensions.AI.ChatMessage message in messages) history.Add(new TemplateMessage(message.Role.Value, TextOf(message)).ToJson());

        JsonObject variables = specialTokens.DeepClone().AsObject();
        foreach ((string name, object? value) in options?.AdditionalProperties ?? [])
        {
            if (name is not (RepetitionPenalty or MinP)) variables[name] = JsonSerializer.SerializeToNode(value, AIJsonUtilities.DefaultOptions);
        }

        return new() { Messages = history, AddGenerationPrompt = true, Variables = variables };
    }

    /// <summary>Any of the settings asks for sampling; a temperature of 0 for none, as is the custom.</summary>
    private static SamplingOptions? ToSampling(ChatOptions options, SamplingOptions? defaults)
    {
        if (options.Temperature == 0) return null;
        double? minP = Number(options, MinP);
        if (defaults is null && options is { Temperature: null, TopP: null, TopK: null } && minP is null) return null;

        SamplingOptions sampling = defaults ?? new();
        if (options.Temperature is { } temperature) sampling = sampling with { Temperature = temperature };
        if (options.TopK is { } topK) sampling = sampling with { TopK = topK };
        if (options.TopP is { } topP) sampling = sampling with { TopP = topP };
        if (minP is not null) sampling = sampling with { MinP = minP.Value };
        return options.Seed is { } seed ? sampling with { Seed = seed } : sampling;
    }

    private static void RefuseUnsupported(ChatOptions options)
    {
        if (options.Tools is { Count: > 0 } && options.ToolMode != ChatToolMode.None)
            throw new NotSupportedException($"{nameof(ChatOptions.Tools)} are not supported: each model writes calls in a way of its own. Set {nameof(ChatOptions.ToolMode)} to {nameof(ChatToolMode.None)}, or describe them in a message.");
        if (options.FrequencyPenalty is not (null or 0) || options.PresencePenalty is not (null or 0))
            throw new NotSupportedException($"{nameof(ChatOptions.FrequencyPenalty)} and {nameof(ChatOptions.PresencePenalty)} are not supported. Set '{RepetitionPenalty}' in {nameof(ChatOptions.AdditionalProperties)} instead.");
        if (options.ResponseFormat is ChatResponseFormatJson)
            throw new NotSupportedException($"A {nameof(ChatOptions.ResponseFormat)} of JSON is not supported: nothing forces the model to keep to it. Ask for JSON in a message.");
        if (options.ConversationId is not null)
            throw new NotSupportedException($"A {nameof(ChatOptions.ConversationId)} is not supported: nothing is kept between calls. Pass all messages of the chat.");
        if (options.ContinuationToken is not null || options.AllowBackgroundResponses is true)
            throw new NotSupportedException("Background responses are not supported.");
    }

    private static string TextOf(Extensions.AI.ChatMessage message)
    {
        foreach (AIContent content in message.Contents)
        {
            // What a model thought before it answered is not part of the chat that it goes on with.
            if (content is not (TextContent or TextReasoningContent or UsageContent))
                throw new NotSupportedException($"A message of role '{message.Role}' holds {content.GetType().Name}; only text is supported.");
        }

        return message.Text;
    }

    private static double? Number(ChatOptions options, string name) =>
        options.AdditionalProperties is { } properties && properties.TryGetValue(name, out object? value) && value is not null
            ? Convert.ToDouble(value is JsonElement element ? element.GetDouble() : value, CultureInfo.InvariantCulture)
            : null;
}

using System.Text.Json;
using Microsoft.Extensions.AI;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Published models against what transformers generates with them.</summary>
[Trait("Category", "Reference")]
public sealed class PublishedModelGenerationTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Generate_WithTinyStories_EqualsTransformers()
    {
        JsonElement reference = Reference("tinystories");
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(folder);
        model.Precision = ComputePrecision.Float32;
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(folder);
        JsonElement[] cases = [.. reference.GetProperty("greedy").EnumerateArray()];

        IReadOnlyList<GeneratedText> generated = new TextGenerator(model, tokenizer).Generate(
            [.. cases.Select(item => item.GetProperty("prompt").GetString()!)],
            new() { MaxNewTokens = reference.GetProperty("max_new_tokens").GetInt32() },
            cancellationToken: Cancellation);

        Assert.NotEmpty(cases);
        foreach ((JsonElement item, GeneratedText text) in cases.Zip(generated))
        {
            Assert.Equal(GenerationCase.Row(item.GetProperty("new_tokens")), text.TokenIds);
            Assert.Equal(GenerationCase.Row(item.GetProperty("ids")).Length, text.PromptTokenCount);
        }
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task GetResponseAsync_WithSmolLM2_EqualsTransformers()
    {
        JsonElement reference = Reference("smollm2");
        string file = Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single();
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(file);
        using CausalLanguageModel model = CausalLanguageModel.LoadGguf(file);
        model.Precision = ComputePrecision.Float32;
        ChatTemplate template = ChatTemplate.Parse(checkpoint.ChatTemplate!);
        using LanguageModelChatClient client = new(new(model, checkpoint.LoadTokenizer()), template, "SmolLM2-135M-Instruct", new() { MaxNewTokens = reference.GetProperty("max_new_tokens").GetInt32() });
        JsonElement[] chats = [.. reference.GetProperty("chats").EnumerateArray()];

        ChatResponse[] answers = await Task.WhenAll(chats.Select(chat => client.GetResponseAsync(chat.GetProperty("question").GetString()!, cancellationToken: Cancellation)));

        Assert.NotEmpty(chats);
        foreach ((JsonElement chat, ChatResponse answer) in chats.Zip(answers))
        {
            GeneratedText generated = Assert.IsType<GeneratedText>(answer.RawRepresentation);
            Assert.Equal(GenerationCase.Row(chat.GetProperty("new_tokens")), generated.TokenIds);
            Assert.Equal(GenerationCase.Row(chat.GetProperty("ids")).Length, generated.PromptTokenCount);
            Assert.Equal(chat.GetProperty("answer").GetString(), answer.Text);
        }
    }

    private static JsonElement Reference(string folder) =>
        JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(ReferenceData.Require(ReferenceData.Reference, folder, "texts.json")));
}

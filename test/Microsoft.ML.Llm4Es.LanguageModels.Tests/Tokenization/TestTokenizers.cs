using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Small tokenizers for tests that need no real one.</summary>
internal static class TestTokenizers
{
    /// <summary>Trained on a few lines of events.</summary>
    public static LanguageModelTokenizer Trained { get; } = BytePairTrainer.Train(
        Enumerable.Range(0, 300).Select(i => $"2024-05-{i % 28 + 1:00}, {(i % 3 == 0 ? "restaurants" : "fuel, Ёлка")}, {i * 37 % 1000}.{i % 100:00} RUB\r\n"),
        new BytePairTrainerOptions { VocabularySize = 400 });

    /// <summary>A byte-level tokenizer without merges, with sections and added tokens as given.</summary>
    public static LanguageModelTokenizer ByteLevel(string addedTokens = "[]", string normalizer = "null", string preTokenizer = """{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}""") =>
        Parse($$"""
            {
              "version": "1.0",
              "added_tokens": {{addedTokens}},
              "normalizer": {{normalizer}},
              "pre_tokenizer": {{preTokenizer}},
              "decoder": {"type":"ByteLevel"},
              "model": {"type":"BPE","vocab":{{ByteVocabulary()}},"merges":[]}
            }
            """);

    public static LanguageModelTokenizer Parse(string json) => LanguageModelTokenizer.Parse(Encoding.UTF8.GetBytes(json));

    public static LanguageModelTokenizer SaveAndLoad(LanguageModelTokenizer tokenizer)
    {
        using MemoryStream stream = new();
        tokenizer.Save(stream);
        return LanguageModelTokenizer.Parse(stream.ToArray());
    }

    /// <summary>The ids of bytes are the bytes themselves.</summary>
    private static string ByteVocabulary()
    {
        Dictionary<string, int> vocabulary = [];
        for (int b = 0; b < 256; b++) vocabulary[ByteLevelAlphabet.ByByte[b].ToString()] = b;
        return System.Text.Json.JsonSerializer.Serialize(vocabulary);
    }
}

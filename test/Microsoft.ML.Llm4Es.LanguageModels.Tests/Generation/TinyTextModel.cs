namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A model of random weights whose tokens are bytes, and a token that ends texts.</summary>
internal static class TinyTextModel
{
    internal const int End = 256;

    internal static LanguageModelTokenizer Tokenizer { get; } = TestTokenizers.ByteLevel(
        addedTokens: """[{"id":256,"content":"<end>","single_word":false,"lstrip":false,"rstrip":false,"normalized":false,"special":true}]""");

    internal static CausalLanguageModel Create() =>
        TinyModel.Create(seed: 2, TinyModel.Configuration with { VocabularySize = 257, InitializerRange = 0.1, EndOfTextIds = [End] });
}

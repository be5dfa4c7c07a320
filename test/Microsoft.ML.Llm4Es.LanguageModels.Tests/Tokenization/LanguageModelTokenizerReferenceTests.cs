namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Equality with the tokenizers and sentencepiece libraries on every case of the reference.</summary>
[Trait("Category", "Reference")]
public sealed class LanguageModelTokenizerReferenceTests
{
    [Fact]
    public void LanguageModelTokenizer_EncodesLikeTheReference() => Check(CheckEncoding);

    [Fact]
    public void LanguageModelTokenizer_DecodesLikeTheReference() => Check(CheckDecoding);

    [Fact]
    public void LanguageModelTokenizer_SavedAndLoaded_BehavesLikeTheReference() => Check((tokenizer, example) =>
    {
        CheckEncoding(tokenizer, example);
        CheckDecoding(tokenizer, example);
    },
    SaveAndLoad);

    private static void CheckEncoding(LanguageModelTokenizer tokenizer, TokenizerCase example)
    {
        if (example.Text is not { } text) return;
        Assert.Equal(example.Ids!, tokenizer.Encode(text, addSpecialTokens: false));
        Assert.Equal(example.IdsSpecial!, tokenizer.Encode(text, addSpecialTokens: true));
    }

    private static void CheckDecoding(LanguageModelTokenizer tokenizer, TokenizerCase example)
    {
        if (example.Decoded is { } decoded) Assert.Equal(decoded, tokenizer.Decode(example.IdsToDecode, skipSpecialTokens: false));
        if (example.DecodedSkip is { } skipped) Assert.Equal(skipped, tokenizer.Decode(example.IdsToDecode, skipSpecialTokens: true));
    }

    private static LanguageModelTokenizer SaveAndLoad(LanguageModelTokenizer tokenizer)
    {
        using MemoryStream stream = new();
        tokenizer.Save(stream);
        return LanguageModelTokenizer.Parse(stream.ToArray());
    }

    /// <summary>Checks every case with its tokenizer, and reports all that fail.</summary>
    private static void Check(Action<LanguageModelTokenizer, TokenizerCase> check, Func<LanguageModelTokenizer, LanguageModelTokenizer>? change = null)
    {
        List<string> failures = [];
        foreach (string name in ReferenceTokenizers.Names())
        {
            LanguageModelTokenizer tokenizer = ReferenceTokenizers.Load(name);
            if (change is not null) tokenizer = change(tokenizer);
            foreach (TokenizerCase example in ReferenceTokenizers.Cases(name))
            {
                try
                {
                    check(tokenizer, example);
                }
                catch (Xunit.Sdk.XunitException e)
                {
                    failures.Add($"{name}, {example}: {e.Message}");
                }
            }
        }

        Assert.True(failures.Count == 0, $"{failures.Count} cases differ, such as\n{string.Join('\n', failures.Take(5))}");
    }
}

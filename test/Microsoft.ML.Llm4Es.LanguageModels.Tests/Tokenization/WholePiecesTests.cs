using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class WholePiecesTests
{
    private static readonly BytePairTrainerOptions Values = new() { Pattern = BytePairTrainerOptions.ValuePattern, WholePieces = 1000, WholePieceFrequency = 3, VocabularySize = 2000 };

    [Fact]
    public void Train_MakesOneTokenOfEachFrequentValue()
    {
        LanguageModelTokenizer tokenizer = Train(Enumerable.Repeat("after|title\n3h, The Green Mile\n2d, Empire Strikes Back\\, The", 3), Values);

        Assert.Equal(
            ["after|title", "\n3h", ", The Green Mile", "\n2d", ", Empire Strikes Back\\, The"],
            tokenizer.Encode("after|title\n3h, The Green Mile\n2d, Empire Strikes Back\\, The", addSpecialTokens: false).Select(id => tokenizer.Decode([id])));
    }

    [Fact]
    public void Train_SpellsRareValues()
    {
        LanguageModelTokenizer tokenizer = Train(["a\nb, common", "a\nb, common", "a\nb, common, comma", "a\nb, comma"], Values with { MinimumFrequency = 100 });

        Assert.Single(tokenizer.Encode(", common", addSpecialTokens: false));
        Assert.Equal(", comma".Length, tokenizer.Encode(", comma", addSpecialTokens: false).Count);
        Assert.Equal(", never seen", tokenizer.Decode(tokenizer.Encode(", never seen", addSpecialTokens: false)));
    }

    [Fact]
    public void Train_KeepsTheMostFrequentValues()
    {
        BytePairTrainerOptions two = Values with { WholePieces = 2, MinimumFrequency = 100 };
        LanguageModelTokenizer tokenizer = Train(["x, often, often, often, often, less, less, less, less, seldom, seldom, seldom"], two);

        Assert.NotNull(tokenizer.TokenId(",Ġoften"));
        Assert.NotNull(tokenizer.TokenId(",Ġless"));
        Assert.NotEqual(1, tokenizer.Encode(", seldom", addSpecialTokens: false).Count);
    }

    [Fact]
    public void Train_OnAnyTexts_GivesATokenizerFromWhichEveryTextComesBack() =>
        Gen.Select(Gen.Char["ab,\\ \n|é"].Array[0, 30].Select(letters => new string(letters)).Array[0, 6], Gen.String).Sample((texts, other) =>
        {
            LanguageModelTokenizer tokenizer = Train(texts, Values with { VocabularySize = 330, WholePieceFrequency = 1 });

            Assert.InRange(tokenizer.VocabularySize, 259, 330);
            foreach (string text in texts.Append(other))
            {
                string wellFormed = UnicodeText.ReplaceLoneSurrogates(text).ToString();
                Assert.Equal(wellFormed, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false)));
                Assert.Equal(tokenizer.Encode(text, addSpecialTokens: true), TestTokenizers.SaveAndLoad(tokenizer).Encode(text, addSpecialTokens: true));
            }
        }, iter: 300);

    [Fact]
    public void Options_RefuseWhatCannotBe()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BytePairTrainerOptions { WholePieces = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BytePairTrainerOptions { WholePieceFrequency = 0 });
    }

    private static LanguageModelTokenizer Train(IEnumerable<string> texts, BytePairTrainerOptions options) =>
        BytePairTrainer.Train(texts, options, progress: null, TestContext.Current.CancellationToken);
}

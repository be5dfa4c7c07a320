using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class BytePairTrainerTests
{
    [Fact]
    public void Train_GivesSpecialTokensThenBytesThenMerges()
    {
        LanguageModelTokenizer tokenizer = Train(["aaab", "aaab"], new BytePairTrainerOptions { VocabularySize = 300 });

        Assert.Equal(["<pad>", "<s>", "</s>"], Enumerable.Range(0, 3).Select(tokenizer.Token));
        Assert.Equal("!", tokenizer.Token(3));

        // "aa" occurs four times, counted with overlap; then "aaa" and "ab" twice each, of which "aaa" has... the pair of smaller ids.
        Assert.Equal("aa", tokenizer.Token(259));
        Assert.Equal("ab", tokenizer.Token(260));
        Assert.Equal("aaab", tokenizer.Token(261));
        Assert.Equal(262, tokenizer.VocabularySize);
    }

    [Fact]
    public void Train_StopsBelowTheMinimumFrequency()
    {
        BytePairTrainerOptions options = new() { MinimumFrequency = 3 };

        Assert.Equal(259, Train(["xy xy"], options).VocabularySize);
        Assert.Equal(260, Train(["xy-xy-xy"], options).VocabularySize);
    }

    [Fact]
    public void Train_OnNothing_GivesTheBytes()
    {
        LanguageModelTokenizer tokenizer = Train([]);

        Assert.Equal(259, tokenizer.VocabularySize);
        Assert.Equal("日 🙂", tokenizer.Decode(tokenizer.Encode("日 🙂", addSpecialTokens: false)));
    }

    [Fact]
    public void Train_OnAnyTexts_GivesATokenizerFromWhichEveryTextComesBack() =>
        Gen.Select(Gen.String.Array[0, 6], Gen.String).Sample((texts, text) =>
        {
            LanguageModelTokenizer tokenizer = Train(texts, new BytePairTrainerOptions { VocabularySize = 320 });
            string wellFormed = UnicodeText.ReplaceLoneSurrogates(text).ToString();

            Assert.Equal(wellFormed, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: false)));
            Assert.Equal(tokenizer.Encode(text, addSpecialTokens: true), TestTokenizers.SaveAndLoad(tokenizer).Encode(text, addSpecialTokens: true));
        }, iter: 100);

    [Fact]
    public void Train_FindsTheMergesOfTheTextbook() =>
        Gen.Char["aabbcde"].Array[1, 8].Select(letters => new string(letters)).Array[1, 40].Sample(words =>
        {
            BytePairTrainerOptions options = new() { VocabularySize = 290, SpecialTokens = [] };

            LanguageModelTokenizer tokenizer = Train([string.Join(' ', words)], options);

            Assert.Equal(TextbookTokens(words, options), Enumerable.Range(256, tokenizer.VocabularySize - 256).Select(tokenizer.Token));
        }, iter: 300);

    [Fact]
    public void Train_ByDefault_CutsNumbersIntoGroupsOfThreeDigits()
    {
        LanguageModelTokenizer tokenizer = Train(Enumerable.Repeat(" 123456", 10));

        Assert.Equal(["Ġ", "123", "456"], tokenizer.Encode(" 123456", addSpecialTokens: false).Select(tokenizer.Token));
    }

    [Fact]
    public void Train_WithoutTheBeginningOfTextAmongTheSpecialTokens_AddsNone()
    {
        LanguageModelTokenizer tokenizer = Train(["text"], new BytePairTrainerOptions { SpecialTokens = ["<end>"] });

        Assert.Equal(0, tokenizer.TokenId("<end>"));
        Assert.Equal(tokenizer.Encode("text", addSpecialTokens: false), tokenizer.Encode("text", addSpecialTokens: true));
    }

    [Fact]
    public void Train_ReportsHowFarItHasCome()
    {
        List<BytePairTrainingProgress> reports = [];

        LanguageModelTokenizer tokenizer = Train(Enumerable.Repeat("abab", 10_000), new BytePairTrainerOptions { VocabularySize = 300 }, new Recorder(reports));

        Assert.Contains(reports, r => r.TextsRead is > 0 and < 10_000 && r.Tokens == 0);
        Assert.Equal(new BytePairTrainingProgress(10_000, 1, tokenizer.VocabularySize, 300), reports[^1]);
    }

    [Fact]
    public void Train_CanBeCancelledWhileItReads()
    {
        using CancellationTokenSource source = new();

        Assert.Throws<OperationCanceledException>(() => BytePairTrainer.Train(Endless(), cancellationToken: source.Token));

        IEnumerable<string> Endless()
        {
            for (int i = 0; ; i++)
            {
                if (i == 10_000) source.Cancel();
                yield return "text";
            }
        }
    }

    [Fact]
    public void Train_WithoutRoomForTheBytes_SaysWhatItTakes()
    {
        ArgumentException e = Assert.Throws<ArgumentException>(() => Train(["text"], new BytePairTrainerOptions { VocabularySize = 100 }));

        Assert.Contains("259", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void BytePairTrainerOptions_RefusesWhatMakesNoSense()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new BytePairTrainerOptions { VocabularySize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new BytePairTrainerOptions { MinimumFrequency = 0 });
        Assert.Throws<ArgumentException>(() => new BytePairTrainerOptions { SpecialTokens = ["<a>", "<a>"] });
        Assert.Throws<ArgumentException>(() => new BytePairTrainerOptions { SpecialTokens = [""] });
        Assert.Throws<NotSupportedException>(() => new BytePairTrainerOptions { Pattern = @"\w+" });
    }

    /// <summary>The tokens that merges make, found by counting all pairs anew for each (arXiv 1508.07909).</summary>
    private static List<string> TextbookTokens(string[] words, BytePairTrainerOptions options)
    {
        List<List<string>> spelt = [.. words.Select((word, i) => (i > 0 ? "Ġ" + word : word).Select(c => c.ToString()).ToList())];
        List<string> tokens = [.. ByteLevelAlphabet.ByByte.ToArray().Order().Select(c => c.ToString())];
        while (tokens.Count < options.VocabularySize)
        {
            var best = spelt.SelectMany(word => word.Zip(word.Skip(1)))
                .GroupBy(pair => pair)
                .OrderByDescending(group => group.Count())
                .ThenBy(group => tokens.IndexOf(group.Key.First))
                .ThenBy(group => tokens.IndexOf(group.Key.Second))
                .FirstOrDefault();
            if (best is null || best.Count() < options.MinimumFrequency) break;
            string joined = best.Key.First + best.Key.Second;
            if (!tokens.Contains(joined)) tokens.Add(joined);
            foreach (List<string> word in spelt)
            {
                for (int i = 0; i + 1 < word.Count; i++)
                {
                    if ((word[i], word[i + 1]) != best.Key) continue;
                    word[i] = joined;
                    word.RemoveAt(i + 1);
                }
            }
        }

        return tokens[256..];
    }

    private static LanguageModelTokenizer Train(IEnumerable<string> texts, BytePairTrainerOptions? options = null, IProgress<BytePairTrainingProgress>? progress = null) =>
        BytePairTrainer.Train(texts, options, progress, TestContext.Current.CancellationToken);

    private sealed class Recorder(List<BytePairTrainingProgress> reports) : IProgress<BytePairTrainingProgress>
    {
        public void Report(BytePairTrainingProgress value) => reports.Add(value);
    }
}

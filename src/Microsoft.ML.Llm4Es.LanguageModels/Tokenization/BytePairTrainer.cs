using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Trains a byte-level byte pair encoding tokenizer (arXiv 1508.07909; GPT-2) on texts: again and again the most frequent pair of
/// neighbouring tokens becomes a token. Merges and ids equal those of the tokenizers library.
/// </summary>
public static class BytePairTrainer
{
    // Texts between reports and looks at the cancellation token.
    private const int TextsPerReport = 4096;

    private const int MergesPerReport = 64;

    /// <summary>Trains a tokenizer.</summary>
    /// <param name="texts">The texts, read once, one after the other; none is kept.</param>
    /// <param name="options">Settings; null for the defaults.</param>
    /// <param name="progress">Receives a report every few thousand texts and every few dozen tokens.</param>
    /// <param name="cancellationToken">Ends the training early.</param>
    /// <returns>
    /// A tokenizer whose ids are the special tokens, the 256 bytes in the order of their characters in the vocabulary, then the merges, the most
    /// frequent pair first; of equally frequent ones that of the smaller ids. Every byte has a token, so every text comes back from its ids.
    /// </returns>
    /// <exception cref="ArgumentException">The vocabulary size has no room for the special tokens and the 256 bytes.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static LanguageModelTokenizer Train(
        IEnumerable<string> texts,
        BytePairTrainerOptions? options = null,
        IProgress<BytePairTrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(texts);
        options ??= new BytePairTrainerOptions();
        List<string> tokens = InitialTokens(options);
        JsonElement preTokenizer = MakePreTokenizer(options.Pattern);
        WordCounts words = new();
        long textsRead = CountWords(texts, new PreTokenizer(preTokenizer), words, Report, cancellationToken);
        WholePieces whole = WholePieces.Choose(words.Counts, options, tokens.Count);
        BytePairMergeSearch search = new(whole.CountOnce(words.Counts), tokens, cancellationToken);
        while (tokens.Count + whole.Count < options.VocabularySize && search.MergeBest(options.MinimumFrequency))
        {
            if (search.Merges.Count % MergesPerReport != 0) continue;
            cancellationToken.ThrowIfCancellationRequested();
            Report(textsRead, tokens.Count);
        }

        whole.AddTo(tokens);
        Report(textsRead, tokens.Count);
        return new LanguageModelTokenizer(MakeDefinition(options, tokens, search.Merges, preTokenizer) with { IgnoreMerges = whole.Count > 0 });

        void Report(long read, int tokenCount) =>
            progress?.Report(new BytePairTrainingProgress(read, words.Count, tokenCount, options.VocabularySize));
    }

    private static List<string> InitialTokens(BytePairTrainerOptions options)
    {
        List<string> tokens = [.. options.SpecialTokens];
        IEnumerable<string> bytes = ByteLevelAlphabet.ByByte.ToArray().Order().Select(c => c.ToString());
        tokens.AddRange(bytes.Except(options.SpecialTokens, StringComparer.Ordinal));
        if (tokens.Count > options.VocabularySize)
        {
            throw new ArgumentException(
                $"A vocabulary of {options.VocabularySize} has no room for {options.SpecialTokens.Count} special tokens and 256 bytes; it takes {tokens.Count} or more.",
                nameof(options));
        }

        return tokens;
    }

    private static long CountWords(IEnumerable<string> texts, PreTokenizer preTokenizer, WordCounts words, Action<long, int> report, CancellationToken cancellationToken)
    {
        long read = 0;
        foreach (string text in texts)
        {
            ReadOnlySpan<char> wellFormed = UnicodeText.ReplaceLoneSurrogates(text);
            preTokenizer.Split(new AlignedText(wellFormed, 0), words);
            if (++read % TextsPerReport != 0) continue;
            cancellationToken.ThrowIfCancellationRequested();
            report(read, 0);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return read;
    }

    private static TokenizerDefinition MakeDefinition(BytePairTrainerOptions options, List<string> tokens, IReadOnlyList<MergeRule> merges, JsonElement preTokenizer)
    {
        int beginning = options.SpecialTokens.ToList().IndexOf(options.BeginningOfText ?? "");
        return new TokenizerDefinition
        {
            Vocabulary = tokens.Select((token, id) => (token, id)).ToDictionary(t => t.token, t => t.id, StringComparer.Ordinal),
            Merges = merges,
            AddedTokens = [.. options.SpecialTokens.Select((token, id) => new AddedToken(id, token, false, false, false, Normalized: false, Special: true))],
            PreTokenizer = preTokenizer,
            PostProcessor = beginning >= 0 ? SpecialTokenTemplate.BeginWith(options.SpecialTokens[beginning], beginning) : null,
            Decoder = JsonSerializer.SerializeToElement(ByteLevel()),
        };
    }

    private static JsonElement MakePreTokenizer(string pattern)
    {
        JsonObject split = new()
        {
            ["type"] = "Split",
            ["pattern"] = new JsonObject { ["Regex"] = pattern },
            ["behavior"] = "Isolated",
            ["invert"] = false,
        };
        return JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "Sequence", ["pretokenizers"] = new JsonArray { split, ByteLevel() } });
    }

    private static JsonObject ByteLevel() =>
        new() { ["type"] = "ByteLevel", ["add_prefix_space"] = false, ["trim_offsets"] = true, ["use_regex"] = false };
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Settings of <see cref="BytePairTrainer"/>.</summary>
public sealed record BytePairTrainerOptions
{
    /// <summary>
    /// Llama 3's pattern, the default: words with the sign or blank before them, digits in groups of up to three, signs with the line ends after them.
    /// </summary>
    public const string Llama3Pattern = PreTokenizer.Llama3Pattern;

    /// <summary>
    /// A pattern for tables of text: a value with the comma and blank, or the line end, before it, whatever words it is of. A backslash takes the character
    /// after it along. Together with <see cref="WholePieces"/> it makes one token of each frequent value.
    /// </summary>
    public const string ValuePattern = PreTokenizer.ValuePattern;

    /// <summary>GPT-2's pattern: words, numbers of any length and signs, each with the blank before it.</summary>
    public const string Gpt2Pattern = PreTokenizer.Gpt2Pattern;

    /// <summary>
    /// Gets how many tokens the vocabulary is to have at most, special tokens and the 256 bytes among them. It has fewer where the texts hold
    /// too few pairs. By default 8,192: enough for the words and numbers of event texts, small enough for a small model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or above 16,777,216.</exception>
    public int VocabularySize
    {
        get;
        init
        {
            if (value is < 1 or > 1 << 24) throw new ArgumentOutOfRangeException(nameof(value), value, "The vocabulary size must be from 1 to 16,777,216; the special tokens and the 256 bytes have to fit.");
            field = value;
        }
    } = 8192;

    /// <summary>Gets how often a pair must occur to become a token. By default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MinimumFrequency
    {
        get;
        init
        {
            if (value < 1) throw new ArgumentOutOfRangeException(nameof(value), value, "The minimum frequency must be 1 or more.");
            field = value;
        }
    } = 2;

    /// <summary>
    /// Gets how many of the most frequent pieces that <see cref="Pattern"/> makes become tokens as a whole, whatever merges there are (tokenizer.json's
    /// <c>ignore_merges</c>, as Llama 3 has it). They leave room for the special tokens and the 256 bytes; the rest of the vocabulary are merges. By default 0.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int WholePieces
    {
        get;
        init
        {
            if (value < 0) throw new ArgumentOutOfRangeException(nameof(value), value, "The number of whole pieces must be 0 or more.");
            field = value;
        }
    }

    /// <summary>Gets how often a piece must occur to become a token as a whole. By default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int WholePieceFrequency
    {
        get;
        init
        {
            if (value < 1) throw new ArgumentOutOfRangeException(nameof(value), value, "The frequency of a whole piece must be 1 or more.");
            field = value;
        }
    } = 5;

    /// <summary>Gets the special tokens, which take the first ids in this order. By default <c>&lt;pad&gt;</c>, <c>&lt;s&gt;</c> and <c>&lt;/s&gt;</c>.</summary>
    /// <exception cref="ArgumentException">A token is empty, or there twice.</exception>
    public IReadOnlyList<string> SpecialTokens
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Any(string.IsNullOrEmpty)) throw new ArgumentException("A special token is empty.", nameof(value));
            if (value.GroupBy(t => t, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
                throw new ArgumentException($"The special token '{twice.Key}' is there {twice.Count()} times.", nameof(value));
            field = [.. value];
        }
    } = ["<pad>", "<s>", "</s>"];

    /// <summary>
    /// Gets the token that <see cref="LanguageModelTokenizer.Encode(string, bool)"/> puts before a text when asked for special tokens, provided it is
    /// one of <see cref="SpecialTokens"/>; null for none. By default <c>&lt;s&gt;</c>.
    /// </summary>
    public string? BeginningOfText { get; init; } = "<s>";

    /// <summary>
    /// Gets the regular expression whose matches no token spans, in the syntax that tokenizer.json has for <c>Split</c>. By default <see cref="Llama3Pattern"/>.
    /// </summary>
    /// <exception cref="NotSupportedException">The pattern uses something that is not supported.</exception>
    public string Pattern
    {
        get;
        init
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            _ = UnicodePattern.Compile(value, []);
            field = value;
        }
    } = Llama3Pattern;
}

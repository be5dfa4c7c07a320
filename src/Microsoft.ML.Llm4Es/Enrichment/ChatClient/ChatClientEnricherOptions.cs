namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="ChatClientEnricher"/>. Prompts and sampling are the paper's (LLM4ES, arXiv 2508.05688).</summary>
public sealed class ChatClientEnricherOptions
{
    private const string TextPlaceholder = "{text}";

    /// <summary>Gets or sets what the model is told to be. Default: the paper's "assistant specialised in transforming text data". Empty for none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string SystemPrompt
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = EnrichmentPrompts.System;

    /// <summary>Gets or sets what the model is asked; <c>{text}</c> stands for the text. Default: the paper's, a creative change to another textual form.</summary>
    /// <exception cref="ArgumentException">The value has no <c>{text}</c>.</exception>
    public string UserPrompt
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (!value.Contains(TextPlaceholder, StringComparison.Ordinal))
                throw new ArgumentException($"The prompt has no {TextPlaceholder}, in whose place the text comes: '{value}'.", nameof(value));
            field = value;
        }
    } = EnrichmentPrompts.User;

    /// <summary>Gets or sets the model's name at the service. Default null: the client's own.</summary>
    public string? Model { get; set; }

    /// <summary>Gets or sets the temperature, 0 to 2. Default 0.6, the paper's. At 0 the variants of a text hardly differ.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not 0 to 2.</exception>
    public float Temperature
    {
        get;
        set => field = value is >= 0 and <= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A temperature from 0 to 2 is expected.");
    } = 0.6f;

    /// <summary>Gets or sets the share of probability that tokens are drawn from, above 0 to 1. Default 0.9, the paper's.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 to 1.</exception>
    public float TopP
    {
        get;
        set => field = value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A share above 0 and up to 1 is expected.");
    } = 0.9f;

    /// <summary>Gets or sets how many tokens an answer has at most. Default 8,192, the paper's. A longer one is cut off, and not used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaxOutputTokens
    {
        get;
        set => field = Positive(value);
    } = 8192;

    /// <summary>Gets or sets how many requests are under way at once. Default 8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int Concurrency
    {
        get;
        set => field = Positive(value);
    } = 8;

    /// <summary>Gets or sets how many requests are begun in a minute at most. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? RequestsPerMinute
    {
        get;
        set => field = value is { } limit ? Positive(limit) : null;
    }

    /// <summary>Gets or sets how many tokens, read and written, are used in a minute at most, on average. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? TokensPerMinute
    {
        get;
        set => field = value is { } limit ? Positive(limit) : null;
    }

    /// <summary>
    /// Gets or sets how many times a request is sent until it is answered, where the service is busy (429), fails (5xx), cannot be reached or takes too long.
    /// Default 6.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int MaxAttempts
    {
        get;
        set => field = Positive(value);
    } = 6;

    /// <summary>Gets or sets the pause before the second attempt; each pause is twice the one before, with some chance in it. Default 1 s. The service's own Retry-After comes first.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan RetryDelay
    {
        get;
        set => field = value >= TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A pause of no time or more is expected.");
    } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets how long one attempt may take. Default 5 minutes; <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> for as long as it takes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan Timeout
    {
        get;
        set => field = value > TimeSpan.Zero || value == System.Threading.Timeout.InfiniteTimeSpan ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A positive time is expected.");
    } = TimeSpan.FromMinutes(5);

    /// <summary>Gets or sets how many requests are made at most, answers of the cache not counted; then the enricher stops. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? MaxRequests
    {
        get;
        set => field = value is { } limit ? Positive(limit) : null;
    }

    /// <summary>Gets or sets after how many tokens, read and written, no more requests are made; those under way are finished. Default null: no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public long? MaxTokens
    {
        get;
        set => field = value is null or > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A positive number is expected, or null for no limit.");
    }

    /// <summary>Gets or sets the price of a million tokens read, in any currency. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal InputTokenPrice
    {
        get;
        set => field = Price(value);
    }

    /// <summary>Gets or sets the price of a million tokens written, in any currency. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public decimal OutputTokenPrice
    {
        get;
        set => field = Price(value);
    }

    /// <summary>
    /// Gets or sets the file of answers (JSON lines, appended to), by which an interrupted enrichment goes on where it stopped, and nothing is asked twice. It
    /// holds the answers as they came: keep it as safe as the data. Default null: none.
    /// </summary>
    public string? CachePath { get; set; }

    /// <summary>
    /// Gets or sets what sees each text before it goes out, and returns what goes out: the text without what must not leave the process. Called on several
    /// threads. Default null: texts go out as they are.
    /// </summary>
    public Func<string, string>? Redact { get; set; }

    internal string UserMessage(string text) => UserPrompt.Replace(TextPlaceholder, text, StringComparison.Ordinal);

    internal ChatClientEnricherOptions Clone() => (ChatClientEnricherOptions)MemberwiseClone();

    private static int Positive(int value) => value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A positive number is expected.");

    private static decimal Price(decimal value) => value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A price of 0 or more is expected.");
}

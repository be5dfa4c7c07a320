namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What the verb <c>enrich</c> was asked to do.</summary>
internal sealed record EnrichSettings
{
    public const string Reformat = "reformat";

    public const string Local = "local";

    public const string OpenAI = "openai";

    public const double StandardTokensPerSecond = 50;

    public static readonly string[] KnownEnrichers = [Reformat, Local, OpenAI];

    public required string Events { get; init; }

    public required string Key { get; init; }

    public string? Time { get; init; }

    /// <summary>The event columns to use; none for all.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    public required string Enricher { get; init; }

    /// <summary>The folder, .gguf file or Hub id of a local model, or the name of a service's.</summary>
    public string? Model { get; init; }

    public Uri? Endpoint { get; init; }

    /// <summary>What the model is asked, with <c>{text}</c> for the text; null for the paper's prompt.</summary>
    public string? Prompt { get; init; }

    public int Variants { get; init; }

    public int Seed { get; init; }

    public double MinFaithfulness { get; init; }

    public UnfaithfulVariant Unfaithful { get; init; }

    public int Concurrency { get; init; }

    public int? MaxRequests { get; init; }

    /// <summary>How long an answer may be; null for the paper's limit.</summary>
    public int? MaxOutputTokens { get; init; }

    /// <summary>How fast one answer is written, for the estimate.</summary>
    public double TokensPerSecond { get; init; } = StandardTokensPerSecond;

    public bool DryRun { get; init; }

    public required string Output { get; init; }

    /// <summary>The answers of a language model, by which the same command goes on where it stopped.</summary>
    public string Answers => Output + ".answers";
}

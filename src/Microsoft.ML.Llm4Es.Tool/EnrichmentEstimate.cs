using System.Globalization;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>What an enrichment will take, by rules of thumb.</summary>
/// <param name="Requests">How many answers are asked for, none of them twice.</param>
/// <param name="InputTokens">How many tokens are read.</param>
/// <param name="OutputTokens">How many tokens are written.</param>
/// <param name="Time">How long it takes.</param>
internal sealed record EnrichmentEstimate(long Requests, long InputTokens, long OutputTokens, TimeSpan Time)
{
    /// <summary>Event texts are full of numbers, which tokenizers cut into short pieces; prose has four characters a token.</summary>
    private const double CharactersPerToken = 3;

    /// <summary>Names of fields come with each event in most forms.</summary>
    private const double AnswerPerText = 1.5;

    private const int PromptTokens = 150;

    public static EnrichmentEstimate Of(EnrichSettings settings, IReadOnlyList<string> texts)
    {
        if (settings.Enricher == EnrichSettings.Reformat) return new EnrichmentEstimate(0, 0, 0, TimeSpan.Zero);

        long requests = (long)texts.Count * settings.Variants;
        double textTokens = texts.Sum(text => text.Length / CharactersPerToken) * settings.Variants;
        double outputTokens = textTokens * AnswerPerText;
        // A service writes its answers side by side; the cores of this machine are shared by all of a batch.
        double seconds = outputTokens / (settings.TokensPerSecond * (settings.Enricher == EnrichSettings.Local ? 1 : settings.Concurrency));
        return new EnrichmentEstimate(requests, (long)(textTokens + requests * PromptTokens), (long)outputTokens, TimeSpan.FromSeconds(seconds));
    }

    public override string ToString() => Requests == 0
        ? "No language model is asked; no tokens."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Estimate: {Requests:N0} requests, about {InputTokens:N0} tokens read and {OutputTokens:N0} written, {Time:d\\.hh\\:mm\\:ss} (days.hours); retries and answers kept from before not counted.");
}

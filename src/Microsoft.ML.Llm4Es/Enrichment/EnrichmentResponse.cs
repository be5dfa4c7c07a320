namespace Microsoft.ML.Llm4Es;

/// <summary>What an enricher wrote.</summary>
/// <param name="Request">What was asked for.</param>
/// <param name="Text">The variant; null where the enricher could not write it, such as an answer cut off by its token limit. It may be asked again.</param>
public sealed record EnrichmentResponse(EnrichmentRequest Request, string? Text)
{
    /// <summary>Gets the text that the enricher was shown, where that is not the request's: one with names taken out. The variant is compared with it.</summary>
    public string Source { get; init; } = Request.Text;

    /// <summary>Gets how many tokens were read, 0 where none were paid for.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets how many tokens were written, 0 where none were paid for.</summary>
    public long OutputTokens { get; init; }

    /// <summary>Gets what they cost, in the currency of the enricher's prices.</summary>
    public decimal Cost { get; init; }
}

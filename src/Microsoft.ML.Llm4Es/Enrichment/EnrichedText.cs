namespace Microsoft.ML.Llm4Es;

/// <summary>A variant of a text, or why there is none.</summary>
/// <param name="Source">The index of the text that is retold.</param>
/// <param name="Variant">Which of its variants, from 0.</param>
/// <param name="Text">The variant; null where there is none.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record EnrichedText(int Source, int Variant, string? Text, EnrichmentOutcome Outcome)
{
    /// <summary>Gets how faithful the last attempt was; null where nothing was written.</summary>
    public Faithfulness? Faithfulness { get; init; }

    /// <summary>Gets how many attempts were made.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets how many tokens all attempts read.</summary>
    public long InputTokens { get; init; }

    /// <summary>Gets how many tokens all attempts wrote.</summary>
    public long OutputTokens { get; init; }
}

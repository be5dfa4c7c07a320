namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Variants that were written while fitting. There is no enricher any more: the variants of another text, or of a loaded model, cannot be had.
/// </summary>
/// <param name="column">The name of the column.</param>
/// <param name="variants">The variants by text; null in a loaded model.</param>
internal sealed class FittedVariants(string column, IReadOnlyDictionary<string, string[]>? variants) : VariantSource
{
    public override string[] Of(string text)
    {
        if (variants is null)
            throw new InvalidOperationException($"The column '{column}' is not in a loaded model: its texts were written by an enricher while fitting, to tune on, and are not saved. {Remedy}");

        return variants.TryGetValue(text, out string[]? found)
            ? found
            : throw new InvalidOperationException($"The column '{column}' has texts for the rows that EnrichDescriptions was fitted on only; this row's text is another. {Remedy}");
    }

    public override void Save(BinaryWriter writer)
    {
    }

    private const string Remedy =
        "Score without reading it: embeddings and predictions do not need it. To tune on more texts, fit EnrichDescriptions on them; an enricher with a cache asks for nothing twice.";
}

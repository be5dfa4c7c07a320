using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Variants that <c>llm4es enrich</c> has written already, as an enricher that answers with them and leaves what it does not have unanswered.</summary>
internal sealed class WrittenVariants : Enricher
{
    private readonly Dictionary<EnrichmentRequest, string> _variants = [];

    /// <param name="path">The JSON lines.</param>
    /// <param name="ids">The entities.</param>
    /// <param name="texts">Their texts.</param>
    /// <param name="minFaithfulness">The least faithfulness to an entity's text; what is below is left out.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not of an enrichment, or of other entities; or no variant is faithful.</exception>
    public WrittenVariants(string path, string[] ids, string[] texts, double minFaithfulness)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"{path} was not found. Make it by llm4es enrich.", path);
        ILookup<string, string> textsById = ids.Zip(texts).ToLookup(pair => pair.First, pair => pair.Second);
        var check = new FaithfulnessCheck(texts);
        int lines = 0, unfaithful = 0;
        foreach (EnrichedTextFile.Line line in EnrichedTextFile.Read(path))
        {
            lines++;
            PerText = Math.Max(PerText, line.Variant + 1);
            if (string.IsNullOrWhiteSpace(line.Text)) continue;
            foreach (string text in textsById[line.Id])
            {
                if (check.Check(text, line.Text).Score < minFaithfulness) unfaithful++;
                else _variants[new EnrichmentRequest(text, line.Variant)] = line.Text;
            }
        }

        string leftOut = FormattableString.Invariant($" Left out: {unfaithful:N0} with a faithfulness below {minFaithfulness} to the entity's text.");
        if (_variants.Count == 0)
        {
            if (unfaithful > 0) throw new InvalidDataException($"{path} has no variant to tune on.{leftOut} A lower --min-faithfulness lets them pass, and 0 all.");
            throw new InvalidDataException($"{path} has {lines:N0} variants and not one text of the {ids.Length:N0} entities. " +
                "Make it by llm4es enrich from the same events with the same key, and see that some variants are kept.");
        }

        Texts = _variants.Keys.Select(request => request.Text).Distinct().Count();
        Note = FormattableString.Invariant($"{path} has {_variants.Count:N0} variants of {Texts:N0} of the {texts.Distinct().Count():N0} texts; {lines:N0} were asked for.{(unfaithful > 0 ? leftOut : "")}");
    }

    /// <summary>How many variants a text has at most.</summary>
    public int PerText { get; }

    /// <summary>How many texts have variants.</summary>
    public int Texts { get; }

    /// <summary>What there is, in a sentence.</summary>
    public string Note { get; }

    public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (EnrichmentRequest request in requests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_variants.TryGetValue(request, out string? text)) yield return new EnrichmentResponse(request, text);
        }

        await Task.CompletedTask;
    }
}

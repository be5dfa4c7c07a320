namespace Microsoft.ML.Llm4Es;

/// <summary>How faithful a variant is to its source: what of the source it has, and what it adds.</summary>
/// <param name="Events">How many events the source has; 0 where it is no table of events.</param>
/// <param name="EventsFound">How many of them the variant has, by the field whose values are found most often.</param>
/// <param name="Facts">How many facts the source has: numbers, and distinct dates, times of day and categories.</param>
/// <param name="FactsFound">How many of them the variant has.</param>
/// <param name="VariantFacts">How many facts the variant has.</param>
/// <param name="FactsAdded">How many of those are not in the source, nor follow from it.</param>
/// <param name="FactsInvented">How many of those are numbers, dates or times that the source has nowhere, but for counts of its events.</param>
public sealed record Faithfulness(int Events, int EventsFound, int Facts, int FactsFound, int VariantFacts, int FactsAdded, int FactsInvented)
{
    /// <summary>What an invented number leaves of the score, however many others there are: one alone brings a variant below the default threshold.</summary>
    private const double LeftByInvention = 0.9;

    /// <summary>
    /// Gets the score, 0 to 1: the lesser share of events and facts that the variant has, times the share of its facts that are the source's, times 0.9 for each
    /// invented one.
    /// </summary>
    public double Score =>
        Math.Min(Share(EventsFound, Events), Share(FactsFound, Facts)) * (1 - Share(FactsAdded, VariantFacts, ofNone: 0)) * Math.Pow(LeftByInvention, FactsInvented);

    private static double Share(int part, int whole, double ofNone = 1) => whole == 0 ? ofNone : (double)part / whole;
}

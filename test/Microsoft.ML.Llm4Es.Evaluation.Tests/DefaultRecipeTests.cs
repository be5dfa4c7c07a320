namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>What the defaults of the whole chain must be able to learn, whatever else they are chosen for.</summary>
[Trait("Category", "Slow")]
public sealed class DefaultRecipeTests
{
    /// <summary>Clients who plan ahead have the same events as the others, in another order: a bag of tokens has 0.5.</summary>
    [Fact]
    public void Llm4EsEmbed_LearnsTheOrderOfEvents()
    {
        var ml = new MLContext(seed: 42);
        (IReadOnlyList<CardClient> clients, IReadOnlyList<CardEvent> events) = CardClients.Generate(count: 800, seed: 1);
        IDataView grouped = ml.Data.GroupEvents(ml.Data.LoadFromEnumerable(events), nameof(CardEvent.ClientId), nameof(CardEvent.Time));
        IDataView entities = ml.Data.JoinEntities(grouped, ml.Data.LoadFromEnumerable(clients), nameof(CardClient.ClientId));
        EventField[] fields =
        [
            EventField.Time(nameof(CardEvent.Time), "after"),
            EventField.Code(nameof(CardEvent.Mcc), "category", CardClients.MerchantCategories),
            EventField.Number(nameof(CardEvent.Amount), "amount", decimals: 0),
        ];

        EvaluationReport report = new DownstreamEvaluation(ml, new DownstreamEvaluationOptions { Label = nameof(CardClient.PlansAhead), BootstrapSamples = 0 }).Run(
            entities, [new("llm4es", ml.Transforms.Llm4EsEmbed("Embedding", fields), "Embedding")], cancellation: TestContext.Current.CancellationToken);

        Assert.InRange(report.Representations[0].Mean, 0.9, 1);
    }
}

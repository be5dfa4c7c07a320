using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class EnrichDescriptionsConformanceTests : TransformerConformance
{
    protected override string Output => "Enriched";

    protected override IDataView Data(MLContext ml) =>
        SmallJob.Texts(ml, [.. Enumerable.Range(0, 40).Select(i => $"category|amount\nFuel, {i}\nFood, {i * 0.5m}\nFuel, {i * 2}")]);

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(), variants: 3);
}

using Microsoft.ML.Llm4Es.Conformance;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests.Conformance;

public sealed class FineTuneLlmEmbedderConformanceTests : TransformerConformance
{
    protected override string Output => "Embedding";

    protected override IDataView Data(MLContext ml)
    {
        IDataView clients = SmallJob.Clients(ml, count: 24);
        return ml.Transforms.TextifyEvents("Text", new TextifyEventsOptions { Fields = SmallJob.Fields, MaxEvents = 10 }).Fit(clients).Transform(clients);
    }

    protected override IEstimator<ITransformer> Estimator(MLContext ml)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Precision = ComputePrecision.Float32;
        // Without a cache, so that all readers compute.
        options.Embedding = new EmbeddingOptions { RowsPerBatch = 7, Cache = EmbeddingCacheOptions.None };
        return ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options);
    }
}

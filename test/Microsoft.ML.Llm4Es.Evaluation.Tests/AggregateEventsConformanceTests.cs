using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class AggregateEventsConformanceTests : TransformerConformance
{
    protected override string Output => "Aggregates";

    protected override IDataView Data(MLContext ml) => TestEntity.Generate(ml, count: 40);

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => ml.Transforms.AggregateEvents("Aggregates");
}

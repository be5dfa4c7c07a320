using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ColesEventsConformanceTests : TransformerConformance
{
    protected override string Output => "Vector";

    protected override IDataView Data(MLContext ml) => TestEntity.Generate(ml, count: 40);

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => ml.Transforms.ColesEvents("Vector", new ColesEventsOptions { HiddenSize = 8, Epochs = 1 });
}

using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class TfIdfEventsConformanceTests : TransformerConformance
{
    protected override string Output => "Vector";

    protected override IDataView Data(MLContext ml) => TestEntity.Generate(ml, count: 40);

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => ml.Transforms.TfIdfEvents("Vector");
}

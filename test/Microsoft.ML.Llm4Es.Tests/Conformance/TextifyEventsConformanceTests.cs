using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Tests.Conformance;

public sealed class TextifyEventsConformanceTests : TransformerConformance
{
    protected override string Output => "Text";

    protected override IDataView Data(MLContext ml) => SmallJob.Clients(ml);

    protected override IEstimator<ITransformer> Estimator(MLContext ml) => ml.Transforms.TextifyEvents("Text");
}

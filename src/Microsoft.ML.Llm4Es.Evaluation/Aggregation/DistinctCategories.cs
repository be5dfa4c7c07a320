namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How many different values of a field an entity's events have.</summary>
internal sealed class DistinctCategories(int index, EventPlanField field) : EventFeatures
{
    public override string[] Names { get; } = [$"{field.Name}: distinct"];

    public override void Write(EntityEvents events, Span<float> features) => features[0] = events.DistinctCategories[index];
}

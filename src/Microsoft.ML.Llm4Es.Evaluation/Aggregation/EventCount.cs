namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How many events an entity has.</summary>
internal sealed class EventCount : EventFeatures
{
    public override string[] Names { get; } = ["events"];

    public override void Write(EntityEvents events, Span<float> features) => features[0] = events.Count;
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>For each category of a field: whether the first and whether the last event has it.</summary>
internal sealed class CategoryEndsFeatures(int index, EventPlanField field) : EventFeatures
{
    public override string[] Names { get; } =
        [.. field.Categories.SelectMany(category => new[] { $"{field.Name}={category}: first", $"{field.Name}={category}: last" })];

    public override void Write(EntityEvents events, Span<float> features)
    {
        if (events.Count == 0) return;
        int[] categories = events.Categories[index];
        if (categories[0] >= 0) features[2 * categories[0]] = 1;
        if (categories[^1] >= 0) features[2 * categories[^1] + 1] = 1;
    }
}

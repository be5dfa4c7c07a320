namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>For each frequent word of a text field with many values: how many events have it, and their share.</summary>
internal sealed class WordFeatures(int index, EventPlanField field) : EventFeatures
{
    public override string[] Names { get; } =
        [.. field.Words.SelectMany(word => new[] { $"{field.Name} has '{word}': count", $"{field.Name} has '{word}': share" })];

    public override void Write(EntityEvents events, Span<float> features)
    {
        foreach (int[] words in events.Words[index])
            foreach (int word in words)
                features[2 * word]++;
        for (int word = 0; word < field.Words.Length; word++) features[2 * word + 1] = features[2 * word] / Math.Max(1, events.Count);
    }
}

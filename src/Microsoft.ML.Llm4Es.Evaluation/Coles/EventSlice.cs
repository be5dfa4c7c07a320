namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Consecutive events of an entity.</summary>
internal readonly record struct EventSlice(EventSequence Sequence, int Start, int Length)
{
    public static EventSlice All(EventSequence sequence) => new(sequence, 0, sequence.Length);

    /// <summary>A slice of random length and place, as pytorch-lifestream's SampleSlices draws it.</summary>
    public static EventSlice Sample(EventSequence sequence, int minLength, int maxLength, Random random)
    {
        int longest = Math.Min(maxLength, sequence.Length);
        if (longest <= minLength) return new(sequence, 0, longest);
        int length = random.Next(minLength, longest + 1);
        return new(sequence, random.Next(0, sequence.Length - length + 1), length);
    }
}

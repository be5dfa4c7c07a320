namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A stretch of a sequence that the model sees at once: <paramref name="Length"/> inputs from <paramref name="Start"/> on, each with the token after it as its target.</summary>
internal readonly record struct TrainingWindow(int Sequence, int Start, int Length)
{
    // A first window of a few tokens would waste a row on targets that have hardly any context.
    private const int ShortestFirstWindow = 64;

    /// <summary>Cuts sequences in windows of at most <paramref name="contextLength"/> tokens, so that every token but a sequence's first is a target once.</summary>
    /// <param name="sequences">Token ids; sequences without a target (0 or 1 token) give no window.</param>
    /// <param name="contextLength">The most inputs of a window.</param>
    /// <param name="random">Draws the length of the first window of a long sequence; <see langword="null"/> for full ones.</param>
    internal static IEnumerable<TrainingWindow> Cut(IReadOnlyList<int[]> sequences, int contextLength, Random? random) =>
        Cut(sequences, [.. Enumerable.Range(0, sequences.Count)], contextLength, random);

    /// <summary>Cuts some of the sequences; one that is drawn twice is cut twice.</summary>
    internal static IEnumerable<TrainingWindow> Cut(IReadOnlyList<int[]> sequences, IReadOnlyList<int> drawn, int contextLength, Random? random)
    {
        foreach (int sequence in drawn)
        {
            int targets = sequences[sequence].Length - 1;
            int length = random is null || targets <= contextLength
                ? contextLength
                : random.Next(Math.Min(ShortestFirstWindow, contextLength), contextLength + 1);
            for (int start = 0; start < targets; start += length, length = contextLength)
                yield return new TrainingWindow(sequence, start, Math.Min(length, targets - start));
        }
    }

    /// <summary>The ids that go into the model.</summary>
    /// <remarks>Where the sequence begins with <paramref name="beginningOfTextId"/>, a later window does so too, in place of its first token: models rely on that id in front.</remarks>
    internal ReadOnlyMemory<int> Inputs(int[] sequence, int? beginningOfTextId)
    {
        if (Start == 0 || sequence[0] != beginningOfTextId) return sequence.AsMemory(Start, Length);

        int[] inputs = sequence[Start..(Start + Length)];
        inputs[0] = sequence[0];
        return inputs;
    }

    /// <summary>The ids that the model should predict, one for each input.</summary>
    internal ReadOnlySpan<int> Targets(int[] sequence) => sequence.AsSpan(Start + 1, Length);
}

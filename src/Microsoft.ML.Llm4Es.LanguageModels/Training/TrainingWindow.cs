namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A stretch of a sequence that the model sees at once: <paramref name="Length"/> inputs from <paramref name="Start"/> on, each with the token after it as its target.</summary>
internal readonly record struct TrainingWindow(int Sequence, int Start, int Length)
{
    // A first window of a few tokens would waste a row on targets that have hardly any context.
    private const int ShortestFirstWindow = 64;

    /// <summary>Cuts sequences in windows of at most <paramref name="contextLength"/> tokens, so that every token but a sequence's first is a target once.</summary>
    /// <param name="corpus">All sequences.</param>
    /// <param name="sequences">Those to cut; one without a target (0 or 1 token) gives no window, one that is listed twice is cut twice.</param>
    /// <param name="contextLength">The most inputs of a window.</param>
    /// <param name="random">Draws the length of the first window of a long sequence; <see langword="null"/> for full ones.</param>
    internal static IEnumerable<TrainingWindow> Cut(TokenCorpus corpus, IEnumerable<int> sequences, int contextLength, Random? random)
    {
        foreach (int sequence in sequences)
        {
            int targets = corpus.Length(sequence) - 1;
            int length = random is null || targets <= contextLength
                ? contextLength
                : random.Next(Math.Min(ShortestFirstWindow, contextLength), contextLength + 1);
            for (int start = 0; start < targets; start += length, length = contextLength)
                yield return new TrainingWindow(sequence, start, Math.Min(length, targets - start));
        }
    }

    /// <summary>Reads the ids that go into the model, and the one after them: all but the first are the targets.</summary>
    /// <remarks>Where the sequence begins with <paramref name="beginningOfTextId"/>, a later window does so too, in place of its first token: models rely on that id in front.</remarks>
    internal int[] Read(TokenCorpus corpus, int? beginningOfTextId)
    {
        var ids = new int[Length + 1];
        corpus.CopyTo(Sequence, Start, ids);
        if (Start == 0 || beginningOfTextId is not { } beginning) return ids;

        Span<int> first = stackalloc int[1];
        corpus.CopyTo(Sequence, 0, first);
        if (first[0] == beginning) ids[0] = beginning;
        return ids;
    }
}

using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Groups windows into batches of a bounded number of tokens, with rows of equal length side by side, because attention runs on those together.</summary>
internal static class TrainingBatches
{
    // Rows are sorted within groups of this many batches, drawn at random: enough to bring equal lengths together, few enough that a row
    // has other neighbours in each epoch. The two numbers are those of LengthGroupedSampler in Hugging Face transformers.
    private const int MostBatchesPerGroup = 50;
    private const int FewestGroups = 4;

    /// <summary>Batches for training: random neighbours, random order.</summary>
    internal static List<TrainingWindow[]> Shuffled(List<TrainingWindow> windows, int tokensPerBatch, Random random)
    {
        Span<TrainingWindow> rows = CollectionsMarshal.AsSpan(windows);
        random.Shuffle(rows);

        long tokens = windows.Sum(window => (long)window.Length);
        long tokensPerGroup = Math.Clamp(tokens / FewestGroups, tokensPerBatch, (long)MostBatchesPerGroup * tokensPerBatch);
        for (int start = 0; start < rows.Length;)
        {
            int end = start;
            for (long groupTokens = 0; end < rows.Length && groupTokens < tokensPerGroup; end++) groupTokens += rows[end].Length;
            SortByLength(rows[start..end]);
            start = end;
        }

        List<TrainingWindow[]> batches = InOrder(windows, tokensPerBatch);
        random.Shuffle(CollectionsMarshal.AsSpan(batches));
        return batches;
    }

    /// <summary>Batches for evaluation: the fewest different lengths in each.</summary>
    internal static List<TrainingWindow[]> Sorted(List<TrainingWindow> windows, int tokensPerBatch)
    {
        SortByLength(CollectionsMarshal.AsSpan(windows));
        return InOrder(windows, tokensPerBatch);
    }

    // Ties are broken by the place in the data, so that the order does not depend on the sorting algorithm.
    private static void SortByLength(Span<TrainingWindow> windows) =>
        windows.Sort((a, b) => (b.Length, a.Sequence, a.Start).CompareTo((a.Length, b.Sequence, b.Start)));

    private static List<TrainingWindow[]> InOrder(List<TrainingWindow> windows, int tokensPerBatch)
    {
        var batches = new List<TrainingWindow[]>();
        var batch = new List<TrainingWindow>();
        int tokens = 0;
        foreach (TrainingWindow window in windows)
        {
            if (tokens + window.Length > tokensPerBatch && batch.Count > 0)
            {
                batches.Add([.. batch]);
                batch.Clear();
                tokens = 0;
            }

            batch.Add(window);
            tokens += window.Length;
        }

        if (batch.Count > 0) batches.Add([.. batch]);
        return batches;
    }
}

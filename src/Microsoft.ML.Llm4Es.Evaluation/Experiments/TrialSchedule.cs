namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Which trial comes next. It depends on the results so far and nothing else, so that a search goes on from its log as if it had never stopped.</summary>
internal abstract class TrialSchedule
{
    /// <summary>How many trials there are in all, where none fails.</summary>
    public abstract int Count { get; }

    /// <summary>The next trial; null where all are done.</summary>
    public abstract TrialPlan? Next(IReadOnlyList<TrialResult> finished);

    /// <exception cref="ArgumentException">The space has no number of tokens to take shares of.</exception>
    public static TrialSchedule Create(Llm4EsExperimentSettings settings, SearchGrid grid)
    {
        int trials = (int)Math.Min(settings.MaxTrials, grid.Size);
        return settings.Strategy is SearchStrategy.SuccessiveHalving
            ? new SuccessiveHalvingSchedule(grid, trials, settings.Reduction)
            : new RandomSchedule(grid, trials);
    }

    private sealed class RandomSchedule(SearchGrid grid, int trials) : TrialSchedule
    {
        public override int Count => trials;

        public override TrialPlan? Next(IReadOnlyList<TrialResult> finished) => finished.Count < trials ? new TrialPlan(finished.Count, 0, 1, grid[finished.Count]) : null;
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Successive halving (Jamieson and Talwalkar 2016): all trials with a small share of their training tokens, then the best of them with a larger one, until few are
/// left with all of theirs.
/// </summary>
internal sealed class SuccessiveHalvingSchedule : TrialSchedule
{
    private readonly SearchGrid _grid;
    private readonly (int Trials, double Share)[] _rungs;

    /// <param name="grid">The trials.</param>
    /// <param name="trials">How many of them begin.</param>
    /// <param name="reduction">How many times fewer trials, and more tokens, the next rung has.</param>
    /// <exception cref="ArgumentException">A trial has no number of tokens to take shares of.</exception>
    public SuccessiveHalvingSchedule(SearchGrid grid, int trials, int reduction)
    {
        _grid = grid;
        var sizes = new List<int>();
        for (int size = trials; size > 0; size /= reduction) sizes.Add(size);
        _rungs = [.. sizes.Select((size, rung) => (size, Math.Pow(reduction, rung - (sizes.Count - 1))))];
        TrialSettings? boundless = Enumerable.Range(0, trials).Select(number => grid[number])
            .FirstOrDefault(settings => settings.Tuning.Trains && settings.MaxTokens is null && settings.DefaultTraining.MaxTokens is null);
        if (boundless is not null)
        {
            throw new ArgumentException($"Successive halving tunes with shares of the training tokens, and {boundless.Model} is tuned without a limit of tokens. " +
                $"Set {nameof(Llm4EsSearchSpace.MaxTokens)} in the search space, or search at random.");
        }
    }

    public override int Count => _rungs.Sum(rung => rung.Trials);

    public override TrialPlan? Next(IReadOnlyList<TrialResult> finished)
    {
        IEnumerable<int> candidates = Enumerable.Range(0, _rungs[0].Trials);
        for (int rung = 0; rung < _rungs.Length; rung++)
        {
            TrialResult[] results = [.. finished.Where(result => result.Rung == rung)];
            foreach (int trial in candidates)
                if (results.All(result => result.Trial != trial)) return new TrialPlan(trial, rung, _rungs[rung].Share, _grid[trial]);

            if (rung + 1 == _rungs.Length) break;
            candidates = [.. TrialResult.Ranked(results).Take(_rungs[rung + 1].Trials).Select(result => result.Trial)];
        }

        return null;
    }
}

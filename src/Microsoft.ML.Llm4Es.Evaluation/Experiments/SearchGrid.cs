namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The trials of a space in random order, each once. The order depends on space and seed alone, so however many are taken, the first ones are the same.</summary>
internal sealed class SearchGrid
{
    private readonly Llm4EsSearchSpace _space;
    private readonly Random _random;
    private readonly List<TrialSettings> _drawn = [];

    // What a shuffle of all numbers would hold, where it differs from the numbers themselves: the space may be too large to list.
    private readonly Dictionary<long, long> _moved = [];

    /// <exception cref="ArgumentException">A list has a value twice, or the space is too large to count.</exception>
    public SearchGrid(Llm4EsSearchSpace space, int seed)
    {
        _space = space;
        _random = new Random(seed);
        try
        {
            Size = checked(
                Count(nameof(space.Texts), space.Texts) * Count(nameof(space.TimeFormats), space.TimeFormats) * Count(nameof(space.Models), space.Models) *
                Count(nameof(space.Tunings), space.Tunings) * Count(nameof(space.Epochs), space.Epochs) * Count(nameof(space.MaxTokens), space.MaxTokens) *
                Count(nameof(space.LearningRates), space.LearningRates) * Count(nameof(space.Poolings), space.Poolings) *
                Count(nameof(space.Classifiers), space.Classifiers) * Count(nameof(space.Trainers), space.Trainers));
        }
        catch (OverflowException cause)
        {
            throw new ArgumentException("The search space has more than 2^63 trials. Shorten its lists.", nameof(space), cause);
        }
    }

    /// <summary>How many trials the space has.</summary>
    public long Size { get; }

    /// <summary>A trial by its number in the order, from 0 to below <see cref="Size"/>.</summary>
    public TrialSettings this[int number]
    {
        get
        {
            while (_drawn.Count <= number) _drawn.Add(Settings(Draw()));
            return _drawn[number];
        }
    }

    /// <summary>The next step of a shuffle from the front (Fisher and Yates).</summary>
    private long Draw()
    {
        long at = _drawn.Count, chosen = _random.NextInt64(at, Size);
        long value = _moved.GetValueOrDefault(chosen, chosen);
        _moved[chosen] = _moved.GetValueOrDefault(at, at);
        return value;
    }

    private TrialSettings Settings(long index)
    {
        return new TrialSettings
        {
            Text = Take(_space.Texts),
            TimeFormat = Take(_space.TimeFormats),
            Model = Take(_space.Models),
            Tuning = Take(_space.Tunings),
            Epochs = Take(_space.Epochs),
            MaxTokens = Take(_space.MaxTokens),
            LearningRate = Take(_space.LearningRates),
            Pooling = Take(_space.Poolings),
            Classifier = _space.Classifiers.Count == 0 ? null : Take(_space.Classifiers),
            Trainer = _space.Trainers.Count == 0 ? null : Take(_space.Trainers),
        };

        T Take<T>(IReadOnlyList<T> values)
        {
            (index, long place) = Math.DivRem(index, values.Count);
            return values[(int)place];
        }
    }

    private static long Count<T>(string name, IReadOnlyList<T> values)
    {
        string? twice = values.Select(ExperimentFormat.Write).GroupBy(text => text).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? Math.Max(1, values.Count) : throw new ArgumentException($"{name} of the search space has the value {twice} twice; trials would be the same.");
    }
}

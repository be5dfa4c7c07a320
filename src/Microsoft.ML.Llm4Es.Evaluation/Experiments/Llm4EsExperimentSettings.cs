namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Settings of an <see cref="Llm4EsExperiment"/>.</summary>
public sealed class Llm4EsExperimentSettings
{
    /// <summary>
    /// Gets or sets what is predicted, and how that is judged: label, folds, group, classifier. At least three folds are needed: two or more to choose by, and
    /// <see cref="HeldOutFold"/>.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public required DownstreamEvaluationOptions Evaluation
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Gets or sets the folder of the experiment: the log of trials, tuned models, vectors and in the end the best pipeline. The same experiment again goes on from
    /// there; one with another space, seed, protocol or other data is refused.
    /// </summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public required string Folder
    {
        get;
        set
        {
            ArgumentException.ThrowIfNullOrEmpty(value);
            field = value;
        }
    }

    /// <summary>Gets or sets what is searched. Default: <see cref="Llm4EsSearchSpace.Default"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Llm4EsSearchSpace Space
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = Llm4EsSearchSpace.Default;

    /// <summary>Gets or sets how trials are chosen. Default: at random.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public SearchStrategy Strategy
    {
        get;
        set => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Random or SuccessiveHalving is expected.");
    }

    /// <summary>
    /// Gets or sets how many different settings are tried; no more than the space has. Successive halving begins with them. A random search may be called again
    /// with more of them, and goes on. Default 20.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxTrials
    {
        get;
        set => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least one trial is expected.");
    } = 20;

    /// <summary>
    /// Gets or sets after how much time no more trials are started; the one under way is finished, and the best pipeline is fitted still. The first trial of an
    /// experiment is always run. Default null: no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not above zero.</exception>
    public TimeSpan? MaxExperimentTime
    {
        get;
        set => field = value is null || value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A time above zero is expected, or null for no limit.");
    }

    /// <summary>Gets or sets how many times fewer trials, and more tokens, each rung of successive halving has than the one before. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int Reduction
    {
        get;
        set => field = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 2 is expected.");
    } = 3;

    /// <summary>
    /// Gets or sets the fold, counted from 0, that plays no part in the choice: the best trial alone is tested on it, once, so that its figure there is not the luck of
    /// having been chosen. Default null: the last fold.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int? HeldOutFold
    {
        get;
        set => field = value is null or >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Folds are counted from 0.");
    }

    /// <summary>Gets or sets the seed of the search, and of each tuning. Default 42.</summary>
    public int Seed { get; set; } = 42;
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The settings of a <see cref="BlendedTrainer"/>.</summary>
public sealed class BlendedTrainerOptions
{
    private LightGbmOptions _lightGbm = new();
    private LogisticTrainerOptions _logistic = new();
    private IReadOnlyList<IReadOnlyList<Range>>? _views;

    /// <summary>Gets or sets the settings of LightGBM. Default: those of the paper.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LightGbmOptions LightGbm
    {
        get => _lightGbm;
        set => _lightGbm = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets the settings of logistic regression.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LogisticTrainerOptions Logistic
    {
        get => _logistic;
        set => _logistic = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Gets or sets the parts of the features that LightGBM and logistic regression each learn from, in groups. What is predicted is the mean over the groups; within one, each view counts by how
    /// much it helps. For a vector of 384 values with 100 others behind it, <c>[[0..192, 0..384], [384..], [Range.All]]</c> has a third be what the 384 predict, whole or by their first half, a
    /// third what the others do, and a third what all do together. Default null: one group of the whole vector and, where its slots' names tell of token embeddings or of TF-IDF's
    /// components, of these too, their halves, quarters and eighths; a last token's hidden states at its end (<see cref="Llm4EsPreset.Blend"/>) are then a view, and not in the whole.
    /// <c>[[Range.All]]</c> is all values together, and nothing else.
    /// </summary>
    /// <remarks>
    /// What a view gains is by how much its logistic regression lowers the log-loss of held-out folds of the training rows below that of the classes' frequencies. Views begin with shares by what
    /// they gain, and have those by which the mean of their logistic regressions predicts the held-out rows best (stacking, Wolpert 1992), the more so, the more rows there are: one that tells
    /// nothing, or nothing that others do not, does little harm. LightGBM learns from the views whose share is at least a twentieth. Where none of a group gains, or nothing is held out (<see cref="LogisticTrainerOptions.L2"/> is one value), all of it count the same. Fitting takes
    /// as much longer as there are more values in the views.
    /// </remarks>
    /// <exception cref="ArgumentNullException">A group is null.</exception>
    /// <exception cref="ArgumentException">There is no group, or one has no view.</exception>
    public IReadOnlyList<IReadOnlyList<Range>>? Views
    {
        get => _views;
        set
        {
            foreach (IReadOnlyList<Range> group in value ?? []) ArgumentNullException.ThrowIfNull(group, nameof(value));
            if (value is { Count: 0 } || value?.Any(group => group.Count == 0) is true) throw new ArgumentException("Expected one or more groups, each of one or more views, such as [[Range.All]].", nameof(value));
            _views = value is null ? null : [.. value.Select(group => (IReadOnlyList<Range>)[.. group])];
        }
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The settings of a <see cref="BlendedTrainer"/>.</summary>
public sealed class BlendedTrainerOptions
{
    private LightGbmOptions _lightGbm = new();
    private LogisticTrainerOptions _logistic = new();
    private IReadOnlyList<Range> _views = [Range.All];

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
    /// Gets or sets the parts of the features that LightGBM and logistic regression each learn from; what is predicted is the mean over all of them. For a vector of 384 values with 100 others
    /// behind it, <c>[0..384, 384.., Range.All]</c> has each predict alone and both together. One that stands twice is learned from once, and counts twice. Default: <see cref="Range.All"/>, the whole vector.
    /// </summary>
    /// <remarks>Fitting takes as much longer as there are more values in the views.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">There is no view.</exception>
    public IReadOnlyList<Range> Views
    {
        get => _views;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("Expected one or more views, such as Range.All.", nameof(value));
            _views = [.. value];
        }
    }
}

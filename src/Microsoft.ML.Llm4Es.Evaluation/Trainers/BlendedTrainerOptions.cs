namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The settings of the two parts of a <see cref="BlendedTrainer"/>.</summary>
public sealed class BlendedTrainerOptions
{
    private LightGbmOptions _lightGbm = new();
    private LogisticTrainerOptions _logistic = new();

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
}

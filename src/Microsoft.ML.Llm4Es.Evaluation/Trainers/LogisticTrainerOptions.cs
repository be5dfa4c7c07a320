namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>How <see cref="LogisticTrainer"/> chooses its regularisation.</summary>
public sealed class LogisticTrainerOptions
{
    private IReadOnlyList<double> _l2 = [30, 10, 3, 1, 0.3, 0.1, 0.03];
    private int _foldCount = 3;

    /// <summary>
    /// Gets or sets the L2 regularisations that are tried, strongest first: half of it times the squared length of the weights is added to the sum of the rows'
    /// log-losses, so that it is 1/C of scikit-learn. Rows have length 1, so that what suits does not depend on the number of features. Default: 30, 10, 3, 1, 0.3, 0.1, 0.03.
    /// </summary>
    /// <exception cref="ArgumentException">There are none, one is not above 0, or they do not fall.</exception>
    public IReadOnlyList<double> L2
    {
        get => _l2;
        set => _l2 = value is { Count: > 0 } && value.All(l2 => l2 is > 0 and < double.PositiveInfinity) && value.Zip(value.Skip(1)).All(pair => pair.First > pair.Second)
            ? [.. value]
            : throw new ArgumentException("The regularisations are one or more numbers above 0, the strongest first.", nameof(value));
    }

    /// <summary>Gets or sets on how many folds of the training rows they are compared; at least 2. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int FoldCount
    {
        get => _foldCount;
        set => _foldCount = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There are at least 2 folds.");
    }

    /// <summary>Gets or sets the seed of the folds. Default 42.</summary>
    public int Seed { get; set; } = 42;
}

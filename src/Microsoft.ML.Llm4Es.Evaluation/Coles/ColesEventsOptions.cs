namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Settings of <see cref="ColesEventsEstimator"/>. Defaults that are not said to come from elsewhere are those of pytorch-lifestream.</summary>
public sealed class ColesEventsOptions
{
    private IReadOnlyList<string> _fields = [];
    private int _hiddenSize = 256;
    private int? _epochs;
    private double _learningRate = 2e-3;
    private int _entitiesPerBatch = 64;
    private int _slices = 5;
    private int? _minSliceLength;
    private int? _maxSliceLength;
    private double _margin = 0.5;
    private int _negatives = 5;
    private int _maxCategories = 1000;

    /// <summary>Gets or sets the vector columns to read. Default: every vector column of variable length.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> Fields
    {
        get => _fields;
        set => _fields = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets the length of the vector: the hidden size of the recurrent network. Default 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int HiddenSize
    {
        get => _hiddenSize;
        set => _hiddenSize = AtLeast(1, value);
    }

    /// <summary>
    /// Gets or sets how often training passes over the entities; 0 leaves the network as it was drawn, which is a control. Default null: 30, and more, up to 100,
    /// where 30 are fewer than 1,000 steps.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int? Epochs
    {
        get => _epochs;
        set => _epochs = value is { } epochs ? AtLeast(0, epochs) : null;
    }

    /// <summary>Gets or sets Adam's learning rate, which is halved after each third of the epochs. Default 2e-3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = Positive(value);
    }

    /// <summary>Gets or sets how many entities a step learns from. Default 64.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2: without another entity there is nothing to tell apart.</exception>
    public int EntitiesPerBatch
    {
        get => _entitiesPerBatch;
        set => _entitiesPerBatch = AtLeast(2, value);
    }

    /// <summary>Gets or sets how many slices of each entity a step looks at. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2: a single slice has no counterpart.</exception>
    public int Slices
    {
        get => _slices;
        set => _slices = AtLeast(2, value);
    }

    /// <summary>Gets or sets the fewest events in a slice; null (the default) for a sixth of the mean number of events an entity has. Shorter entities are not learned from.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? MinSliceLength
    {
        get => _minSliceLength;
        set => _minSliceLength = value is { } length ? AtLeast(1, length) : null;
    }

    /// <summary>Gets or sets the most events in a slice; null (the default) for one and a half times the mean number of events an entity has, at most 150.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int? MaxSliceLength
    {
        get => _maxSliceLength;
        set => _maxSliceLength = value is { } length ? AtLeast(1, length) : null;
    }

    /// <summary>Gets or sets the distance between vectors (of length 1) from which on two entities count as told apart. Default 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double Margin
    {
        get => _margin;
        set => _margin = Positive(value);
    }

    /// <summary>Gets or sets how many slices of other entities, the nearest ones, each slice is pushed away from. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Negatives
    {
        get => _negatives;
        set => _negatives = AtLeast(1, value);
    }

    /// <summary>
    /// Gets or sets how many values of a text field have an embedding of their own: its most frequent ones. Where there are more, as many of their words
    /// have one too. Default 1,000.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxCategories
    {
        get => _maxCategories;
        set => _maxCategories = AtLeast(1, value);
    }

    /// <summary>Gets or sets the seed of weights and slices; null (the default) draws one from the context's.</summary>
    public int? Seed { get; set; }

    /// <summary>Gets or sets what stops training between two steps.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal ColesEventsOptions Clone() => (ColesEventsOptions)MemberwiseClone();

    private static int AtLeast(int least, int value) =>
        value >= least ? value : throw new ArgumentOutOfRangeException(nameof(value), value, $"The value is at least {least}.");

    private static double Positive(double value) =>
        value is > 0 and < double.PositiveInfinity ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The value is a number above 0.");
}

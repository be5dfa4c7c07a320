using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The classifier that every representation is judged by. The defaults are those of LLM4ES (arXiv 2508.05688): LightGBM, 500 trees of depth 6 at a
/// learning rate of 0.02.
/// </summary>
public sealed class LightGbmOptions
{
    private int _trees = 500;
    private double _learningRate = 0.02;
    private double _featureFraction = 0.75;
    private double _baggingFraction = 0.5;
    private int _maxDepth = 6;
    private int _maxLeaves = 31;
    private double _l1 = 1;
    private double _l2 = 1;
    private int _minRowsPerLeaf = 50;
    private int _threads = Environment.ProcessorCount;

    /// <summary>Gets or sets the number of boosting rounds. Default 500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Trees
    {
        get => _trees;
        set => _trees = AtLeastOne(value);
    }

    /// <summary>Gets or sets the shrinkage of each tree, above 0. Default 0.02.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a positive number.</exception>
    public double LearningRate
    {
        get => _learningRate;
        set => _learningRate = value is > 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The learning rate is a number above 0.");
    }

    /// <summary>Gets or sets the share of features that each tree sees, in (0, 1]. Default 0.75.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of (0, 1].</exception>
    public double FeatureFraction
    {
        get => _featureFraction;
        set => _featureFraction = Share(value);
    }

    /// <summary>Gets or sets the share of rows that each tree sees, drawn anew for every tree, in (0, 1]. Default 0.5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of (0, 1].</exception>
    public double BaggingFraction
    {
        get => _baggingFraction;
        set => _baggingFraction = Share(value);
    }

    /// <summary>Gets or sets the largest depth of a tree. Default 6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxDepth
    {
        get => _maxDepth;
        set => _maxDepth = AtLeastOne(value);
    }

    /// <summary>Gets or sets the largest number of leaves of a tree. Default 31, as in LightGBM.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int MaxLeaves
    {
        get => _maxLeaves;
        set => _maxLeaves = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A tree has at least 2 leaves.");
    }

    /// <summary>Gets or sets the L1 regularisation of leaf values. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public double L1
    {
        get => _l1;
        set => _l1 = NotNegative(value);
    }

    /// <summary>Gets or sets the L2 regularisation of leaf values. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative or not a number.</exception>
    public double L2
    {
        get => _l2;
        set => _l2 = NotNegative(value);
    }

    /// <summary>Gets or sets the fewest rows in a leaf; at most a quarter of the rows that a tree sees, so that small data can be split. Default 50.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MinRowsPerLeaf
    {
        get => _minRowsPerLeaf;
        set => _minRowsPerLeaf = AtLeastOne(value);
    }

    /// <summary>Gets or sets the number of threads. Default: the number of processors. It does not change the result.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    [JsonIgnore]
    public int Threads
    {
        get => _threads;
        set => _threads = AtLeastOne(value);
    }

    /// <summary>Gets or sets the seed of the draws of features and rows. Default 42.</summary>
    public int Seed { get; set; } = 42;

    internal LightGbmOptions WithThreads(int threads)
    {
        var copy = (LightGbmOptions)MemberwiseClone();
        copy.Threads = threads;
        return copy;
    }

    private static int AtLeastOne(int value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The value is at least 1.");

    private static double Share(double value) =>
        value is > 0 and <= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A share is above 0 and at most 1.");

    private static double NotNegative(double value) =>
        value is >= 0 and < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A regularisation is a number that is not negative.");
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Settings of <see cref="TfIdfEventsEstimator"/>.</summary>
public sealed class TfIdfEventsOptions
{
    private IReadOnlyList<string> _fields = [];
    private int _dimension = 128;
    private int _minEntities = 5;
    private int _maxTerms = 60_000;
    private int _significantDigits = 2;

    /// <summary>Gets or sets the vector columns to read. Default: every vector column of variable length.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> Fields
    {
        get => _fields;
        set => _fields = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets the length of the vector, of which words take half at most; it is shorter where there are fewer terms or entities. Default 128.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int Dimension
    {
        get => _dimension;
        set => _dimension = AtLeastOne(value);
    }

    /// <summary>Gets or sets how many entities must have a term or word for it to count. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MinEntities
    {
        get => _minEntities;
        set => _minEntities = AtLeastOne(value);
    }

    /// <summary>Gets or sets how many terms, and how many words, are kept at most: those that most entities have. Default 60,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxTerms
    {
        get => _maxTerms;
        set => _maxTerms = AtLeastOne(value);
    }

    /// <summary>Gets or sets to how many significant digits the numbers of a field are rounded where it has more than 100 distinct ones. 1 to 9; default 2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Outside of 1 to 9.</exception>
    public int SignificantDigits
    {
        get => _significantDigits;
        set => _significantDigits = value is >= 1 and <= 9 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A number is rounded to 1 to 9 significant digits.");
    }

    /// <summary>Gets or sets the seed of the random projection that the SVD starts from; null (the default) draws one from the context's.</summary>
    public int? Seed { get; set; }

    internal TfIdfEventsOptions Clone() => (TfIdfEventsOptions)MemberwiseClone();

    private static int AtLeastOne(int value) =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The value is at least 1.");
}

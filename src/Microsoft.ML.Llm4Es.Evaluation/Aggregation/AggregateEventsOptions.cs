namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Settings of <see cref="AggregateEventsEstimator"/>.</summary>
public sealed class AggregateEventsOptions
{
    private IReadOnlyList<string> _fields = [];
    private int _maxCategories = 200;

    /// <summary>Gets or sets the vector columns to aggregate. Default: every vector column of variable length.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<string> Fields
    {
        get => _fields;
        set => _fields = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Gets or sets how many categories of a field are counted: its most frequent ones. A field of numbers is counted by category too where it has no more
    /// distinct values than this; a field of text with more has as many of its words counted as well. Default 200.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public int MaxCategories
    {
        get => _maxCategories;
        set => _maxCategories = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "At least 1 category is counted.");
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is predicted, and how that is judged.</summary>
public sealed class DownstreamEvaluationOptions
{
    private int _foldCount = 5;
    private LightGbmOptions _classifier = new();

    /// <summary>Gets or sets the name of the label column: a scalar of any type, with one value a class.</summary>
    public required string Label { get; set; }

    /// <summary>Gets or sets the name of the column that says in which fold a row is tested; null (the default) makes folds that are stratified by label.</summary>
    public string? Fold { get; set; }

    /// <summary>Gets or sets how many folds are made where there is no fold column; at least 2. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int FoldCount
    {
        get => _foldCount;
        set => _foldCount = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There are at least 2 folds.");
    }

    /// <summary>Gets or sets the seed of the folds that are made. Default 42.</summary>
    public int Seed { get; set; } = 42;

    /// <summary>Gets or sets the settings of the classifier. Default: those of the paper.</summary>
    public LightGbmOptions Classifier
    {
        get => _classifier;
        set => _classifier = value ?? throw new ArgumentNullException(nameof(value));
    }
}

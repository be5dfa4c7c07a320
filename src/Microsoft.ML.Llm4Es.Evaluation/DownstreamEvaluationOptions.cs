namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is predicted, and how that is judged.</summary>
public sealed class DownstreamEvaluationOptions
{
    private int _foldCount = 5;
    private int _bootstrapSamples = 1000;
    private TrainerKind? _trainerKind;
    private LightGbmOptions _classifier = new();
    private IReadOnlyList<string> _breakdowns = [];

    /// <summary>Gets or sets the name of the label column: a scalar of any type, with one value a class, or a number.</summary>
    public required string Label { get; set; }

    /// <summary>Gets or sets whether the label is a class or a number. Default: a class.</summary>
    public LabelKind LabelKind { get; set; }

    /// <summary>Gets or sets the name of the column that says in which fold a row is tested; null (the default) makes folds that are stratified by label.</summary>
    public string? Fold { get; set; }

    /// <summary>
    /// Gets or sets the name of a column whose rows of one value belong together, such as the patient of a hospital stay: they are never in two of the folds
    /// that are made, and given folds that split them are warned of. Null (the default) for none.
    /// </summary>
    public string? Group { get; set; }

    /// <summary>
    /// Gets or sets the name of the column that says as of when a row's label is to be predicted, in the unit of the events' times: later events are warned of. Null
    /// (the default) for none.
    /// </summary>
    public string? LabelTime { get; set; }

    /// <summary>
    /// Gets or sets the names of columns by whose values the report breaks the metric down, such as a region or an age: scalars of any type, which representations do
    /// not see. Default: none; by the number of events it is always broken down.
    /// </summary>
    public IReadOnlyList<string> Breakdowns
    {
        get => _breakdowns;
        set => _breakdowns = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets how many folds are made where there is no fold column; at least 2. Default 5.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 2.</exception>
    public int FoldCount
    {
        get => _foldCount;
        set => _foldCount = value >= 2 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "There are at least 2 folds.");
    }

    /// <summary>Gets or sets the seed of the folds that are made, and of the bootstrap. Default 42.</summary>
    public int Seed { get; set; } = 42;

    /// <summary>Gets or sets on which entities a representation is fitted. Default: once on all, without labels, as in the paper.</summary>
    public RepresentationFitting Fitting { get; set; }

    /// <summary>Gets or sets how often test entities are drawn for the bootstrap interval; 0 for no interval. Default 1,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public int BootstrapSamples
    {
        get => _bootstrapSamples;
        set => _bootstrapSamples = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The number of samples is not negative.");
    }

    /// <summary>
    /// Gets or sets what predicts the label where there is no <see cref="Trainer"/>. Null (the default): <see cref="TrainerKind.Blend"/> for classes, LightGBM for a number. The
    /// paper has <see cref="TrainerKind.LightGbm"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a defined trainer.</exception>
    public TrainerKind? TrainerKind
    {
        get => _trainerKind;
        set => _trainerKind = value is not { } kind || Enum.IsDefined(kind)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, $"There is no such trainer; there are {string.Join(", ", Enum.GetNames<TrainerKind>())}.");
    }

    /// <summary>Gets or sets the settings of LightGBM, alone or in a blend. Default: those of the paper.</summary>
    public LightGbmOptions Classifier
    {
        get => _classifier;
        set => _classifier = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Gets or sets any ML.NET trainer for this kind of label, to be used instead of <see cref="TrainerKind"/>: it reads the columns <c>Features</c>, a vector scaled by its
    /// largest absolute values, and <c>Label</c> (a boolean, a key or a <see cref="float"/>), and appends <c>Score</c>. It is fitted once a fold. Null (the default) for none.
    /// </summary>
    public IEstimator<ITransformer>? Trainer { get; set; }

    /// <summary>The columns that no representation may see.</summary>
    internal string[] LabelColumns => [.. new[] { Label, Fold, Group, LabelTime }.Concat(Breakdowns).OfType<string>().Distinct()];

    internal DownstreamEvaluationOptions Clone() => (DownstreamEvaluationOptions)MemberwiseClone();
}

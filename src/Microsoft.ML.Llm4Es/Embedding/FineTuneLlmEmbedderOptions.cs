using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="FineTuneLlmEmbedderEstimator"/>. All of them have a default that works.</summary>
public sealed class FineTuneLlmEmbedderOptions
{
    private LanguageModelSource _model = LanguageModelSource.FromScratch();
    private Tuning _tuning = Tuning.Full();
    private IReadOnlyList<TrainingText> _trainingTexts = [];
    private IReadOnlyList<TrainingData> _trainingData = [];

    /// <summary>Gets or sets where the language model comes from. Default: from scratch, <see cref="LanguageModelPreset.Small"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LanguageModelSource Model
    {
        get => _model;
        set => _model = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>Gets or sets what is tuned. Default: all weights.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public Tuning Tuning
    {
        get => _tuning;
        set => _tuning = value ?? throw new ArgumentNullException(nameof(value));
    }

    /// <summary>
    /// Gets or sets the columns whose texts the model is tuned on, each with a weight: text, or vectors of text such as variants of one text. The names
    /// alone, <c>["Text", "Enriched"]</c>, stand for columns of weight 1. Default: the input column. They are read while fitting only.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value, or a column, is null.</exception>
    public IReadOnlyList<TrainingText> TrainingTexts
    {
        get => _trainingTexts;
        set => _trainingTexts = WithoutNulls(value, nameof(value));
    }

    /// <summary>Gets or sets other data to tune on beside the pipeline's, for a mixture of corpora. Default: none. It is read while fitting only; the vocabulary of a model from scratch comes from all texts.</summary>
    /// <exception cref="ArgumentNullException">The value, or an item, is null.</exception>
    public IReadOnlyList<TrainingData> TrainingData
    {
        get => _trainingData;
        set => _trainingData = WithoutNulls(value, nameof(value));
    }

    /// <summary>Gets or sets how the model is tuned. Default null: the paper's settings for a pretrained model, measured ones for a model from scratch.</summary>
    public TrainingOptions? Training { get; set; }

    /// <summary>
    /// Gets the settings that stand for null in <see cref="Training"/>, by <see cref="Model"/> and <see cref="Tuning"/> as they are now: to change one of them, set
    /// Training to <c>DefaultTraining with { … }</c>. Of a saved model, which is opened when the estimator is fitted, they are those of a pretrained one.
    /// </summary>
    public TrainingOptions DefaultTraining => Tuning.Defaults(Model.DefaultTraining);

    /// <summary>Gets or sets how texts become vectors once the model is tuned. Default: the mean over tokens of the token embeddings, and of the upper two thirds of the layers.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public EmbeddingOptions Embedding
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>Gets or sets where a saved model keeps the weights. Default: <see cref="SaveWeights.Inside"/>, in the saved model.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public SaveWeights SaveWeights
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = SaveWeights.Inside;

    /// <summary>Gets or sets the precision of matrix products, in tuning and embedding. Default: <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; set; }

    /// <summary>
    /// Gets or sets the folder in which tuning saves its state every ten minutes and at its end, so that the same <c>Fit</c> again, after a crash or a
    /// cancellation, goes on from there and ends with the same weights; after a finished run it returns without tuning. Default null: nowhere.
    /// </summary>
    /// <remarks>
    /// One fit has one folder: other data, options or model are refused, with what differs. Without <see cref="Seed"/> the folder keeps the seed of its
    /// first run. <see cref="TrainingOptions.Checkpoints"/> says when checkpoints are written and how many are kept; its folder is used where this is null.
    /// </remarks>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public string? CheckpointFolder
    {
        get;
        set
        {
            if (value is not null) ArgumentException.ThrowIfNullOrEmpty(value);
            field = value;
        }
    }

    /// <summary>Gets or sets the seed of weights and batches. Default null: drawn from the context's, so that one seed on MLContext repeats a run.</summary>
    public int? Seed { get; set; }

    /// <summary>Gets or sets who is told how tuning goes, once a step.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Gets or sets what cancels fitting.</summary>
    public CancellationToken CancellationToken { get; set; }

    private static IReadOnlyList<T> WithoutNulls<T>(IReadOnlyList<T> values, string name)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(values, name);
        foreach (T item in values) ArgumentNullException.ThrowIfNull(item, name);
        return values;
    }

    internal FineTuneLlmEmbedderOptions Clone() => (FineTuneLlmEmbedderOptions)MemberwiseClone();
}

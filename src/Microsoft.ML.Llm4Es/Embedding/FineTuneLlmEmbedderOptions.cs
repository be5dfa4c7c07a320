using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="FineTuneLlmEmbedderEstimator"/>. All of them have a default that works.</summary>
public sealed class FineTuneLlmEmbedderOptions
{
    private LanguageModelSource _model = LanguageModelSource.FromScratch();
    private Tuning _tuning = Tuning.Full();
    private IReadOnlyList<string> _trainingTexts = [];

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
    /// Gets or sets the columns whose texts the model is tuned on: text, or vectors of text such as variants of one text. Default: the input column.
    /// They are read while fitting only.
    /// </summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public IReadOnlyList<string> TrainingTexts
    {
        get => _trainingTexts;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string name in value) ArgumentException.ThrowIfNullOrEmpty(name, nameof(value));
            _trainingTexts = value;
        }
    }

    /// <summary>Gets or sets how the model is tuned. Default null: the paper's settings for a pretrained model, measured ones for a model from scratch.</summary>
    public TrainingOptions? Training { get; set; }

    /// <summary>Gets or sets how texts become vectors once the model is tuned. Default: the mean over the upper two thirds of the layers, then over tokens.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public EmbeddingOptions Embedding
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = new();

    /// <summary>Gets or sets the precision of matrix products, in tuning and embedding. Default: <see cref="ComputePrecision.Auto"/>.</summary>
    public ComputePrecision Precision { get; set; }

    /// <summary>Gets or sets the seed of weights and batches. Default null: drawn from the context's, so that one seed on MLContext repeats a run.</summary>
    public int? Seed { get; set; }

    /// <summary>Gets or sets who is told how tuning goes, once a step.</summary>
    public IProgress<TrainingProgress>? Progress { get; set; }

    /// <summary>Gets or sets what cancels fitting.</summary>
    public CancellationToken CancellationToken { get; set; }

    internal FineTuneLlmEmbedderOptions Clone() => (FineTuneLlmEmbedderOptions)MemberwiseClone();
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What predicts a label from vectors, of the trainers that an evaluation has at hand.</summary>
public enum TrainerKind
{
    /// <summary>LightGBM, as in LLM4ES (arXiv 2508.05688): any kind of label, and the default for a number.</summary>
    LightGbm,

    /// <summary><see cref="LogisticTrainer"/>: classes.</summary>
    Logistic,

    /// <summary><see cref="BlendedTrainer"/>, the mean of both, in which the line counts twice: classes, and their default. Joined representations also predict each alone, and so do token embeddings and TF-IDF's components, whole and in pieces. Embed with <see cref="Llm4EsPreset.Blend"/>.</summary>
    Blend,
}

namespace Microsoft.ML.Llm4Es;

/// <summary>What the token embeddings of a model from scratch are before it is tuned.</summary>
public enum TokenEmbeddingInitialization
{
    /// <summary>
    /// The tokens' vectors by latent semantic analysis of the training texts (Deerwester et al. 1990): tokens of the same entities begin close to each
    /// other, so that tuning need not find out on few texts what their counts tell at once. Random numbers are added.
    /// </summary>
    LatentSemantic,

    /// <summary>Random numbers, as transformers draws them.</summary>
    Random,
}

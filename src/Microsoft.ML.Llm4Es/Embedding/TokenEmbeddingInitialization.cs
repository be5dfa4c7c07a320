namespace Microsoft.ML.Llm4Es;

/// <summary>What the token embeddings of a model from scratch are before it is tuned.</summary>
public enum TokenEmbeddingInitialization
{
    /// <summary>
    /// The tokens' vectors by latent semantic analysis of the training texts (Deerwester et al. 1990), beside the sums of those of their words: tokens of the
    /// same entities, and tokens that share words, begin close to each other, so that tuning need not find out on few texts what counts tell at once.
    /// Random numbers are added.
    /// </summary>
    LatentSemantic,

    /// <summary>Random numbers, as transformers draws them.</summary>
    Random,
}

using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Token embeddings by latent semantic analysis (Deerwester et al. 1990). Up to half of the columns are the sum of the vectors of the token's words, so that
/// values which share words begin close to each other; the rest is the token's own vector. The mean of a text's embeddings is then its place in both latent spaces.
/// </summary>
internal static class LatentSemanticEmbeddings
{
    private const string EmbeddingWeight = "model.embed_tokens.weight";

    /// <summary>What a model learns from is larger than this seldom; more texts would change the vectors little and cost memory.</summary>
    private const int MostTexts = 50_000;

    /// <summary>The root of the mean square of the embeddings. What tuning moves, up to a few tenths, then leaves the latent space as it is; see docs/recipe.md.</summary>
    private const double Scale = 0.5;

    /// <summary>
    /// Adds the vectors to the model's random embeddings. Where there are fewer singular vectors than the hidden size, the other columns stay random; where
    /// no token tells texts apart, all do.
    /// </summary>
    public static void AddTo(CausalLanguageModel model, LanguageModelTokenizer tokenizer, IReadOnlyList<string> texts, int seed, CancellationToken cancellation)
    {
        int hiddenSize = model.Configuration.HiddenSize;
        List<Dictionary<int, int>> tokens = CountTokens(tokenizer, texts, cancellation);
        TokenWords words = new(tokenizer, model.Configuration.VocabularySize);

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor wordVectors = LatentSemanticSpace.Vectors(tokens.ConvertAll(words.Count), words.Distinct, hiddenSize / 2, seed);
        Tensor tokenVectors = LatentSemanticSpace.Vectors(tokens, model.Configuration.VocabularySize, hiddenSize - (int)wordVectors.shape[1], seed);
        Tensor embeddings = cat([Scaled(tokenVectors), Scaled(words.Sum(wordVectors))], dim: 1);
        model.Weights()[EmbeddingWeight].narrow(1, 0, embeddings.shape[1]).add_(embeddings.to(model.Device));
    }

    private static Tensor Scaled(Tensor vectors) => vectors.shape[1] == 0 ? vectors : vectors * (Scale / vectors.square().mean().sqrt());

    /// <summary>How often each token occurs in each text, in texts that are evenly spread over all.</summary>
    private static List<Dictionary<int, int>> CountTokens(LanguageModelTokenizer tokenizer, IReadOnlyList<string> texts, CancellationToken cancellation)
    {
        int step = (texts.Count + MostTexts - 1) / MostTexts;
        var counts = new List<Dictionary<int, int>>();
        for (int i = 0; i < texts.Count; i += step)
        {
            cancellation.ThrowIfCancellationRequested();
            counts.Add(tokenizer.Encode(texts[i], addSpecialTokens: false).CountBy(token => token).ToDictionary());
        }

        return counts;
    }
}

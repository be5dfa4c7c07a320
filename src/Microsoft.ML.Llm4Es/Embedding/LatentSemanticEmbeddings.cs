using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Token embeddings by latent semantic analysis (Deerwester et al. 1990): the largest singular vectors of the matrix of texts and tokens, weighed by TF-IDF
/// (1 + ln count, times ln((1 + texts) / (1 + texts with the token)), rows of length 1), each token's times its inverse frequency. The mean of a text's
/// embeddings is then its place in the latent space. A token that all texts have tells nothing and weighs nothing, unlike in scikit-learn's TF-IDF.
/// </summary>
internal static class LatentSemanticEmbeddings
{
    private const string EmbeddingWeight = "model.embed_tokens.weight";

    /// <summary>What a model learns from is larger than this seldom; more texts would change the vectors little and cost memory.</summary>
    private const int MostTexts = 50_000;

    /// <summary>A token of fewer texts says nothing of others; it stays random.</summary>
    private const int FewestTexts = 3;

    /// <summary>The root of the mean square of the embeddings. What tuning moves, up to a few tenths, then leaves the latent space as it is; see docs/recipe.md.</summary>
    private const double Scale = 0.5;

    /// <summary>
    /// Adds the vectors to the model's random embeddings. Where there are fewer singular vectors than the hidden size, the other columns stay random; where
    /// no token tells texts apart, all do.
    /// </summary>
    public static void AddTo(CausalLanguageModel model, LanguageModelTokenizer tokenizer, IReadOnlyList<string> texts, int seed, CancellationToken cancellation)
    {
        int vocabulary = model.Configuration.VocabularySize;
        List<Dictionary<int, int>> counts = CountTokens(tokenizer, texts, cancellation);
        double[] weights = InverseFrequencies(counts, vocabulary);
        if (!weights.Any(weight => weight > 0)) return;

        float[,] vectors = TruncatedSvd.Project([.. counts.Select(text => Weigh(text, weights))], vocabulary, model.Configuration.HiddenSize, seed);

        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        Tensor embeddings = tensor(vectors) * tensor(weights, ScalarType.Float32).unsqueeze(1);
        embeddings *= Scale / embeddings.square().mean().sqrt();
        model.Weights()[EmbeddingWeight].narrow(1, 0, embeddings.shape[1]).add_(embeddings.to(model.Device));
    }

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

    private static double[] InverseFrequencies(List<Dictionary<int, int>> counts, int vocabulary)
    {
        int[] texts = new int[vocabulary];
        foreach (int token in counts.SelectMany(text => text.Keys)) texts[token]++;
        return Array.ConvertAll(texts, frequency => frequency < FewestTexts ? 0 : Math.Log((1.0 + counts.Count) / (1 + frequency)));
    }

    private static List<(int Token, float Weight)> Weigh(Dictionary<int, int> counts, double[] weights)
    {
        List<(int Token, float Weight)> row =
        [
            .. counts.Where(pair => weights[pair.Key] > 0)
                .OrderBy(pair => pair.Key)
                .Select(pair => (pair.Key, (float)(weights[pair.Key] * (1 + Math.Log(pair.Value))))),
        ];
        float length = MathF.Sqrt(row.Sum(entry => entry.Weight * entry.Weight));
        return row.ConvertAll(entry => (entry.Token, entry.Weight / length));
    }
}

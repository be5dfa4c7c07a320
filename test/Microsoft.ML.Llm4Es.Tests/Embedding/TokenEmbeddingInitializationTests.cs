using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>What an untrained model from scratch knows of its tokens.</summary>
public sealed class TokenEmbeddingInitializationTests
{
    /// <summary>Entities of two kinds that share no value; which of its kind's values an entity has is left to chance.</summary>
    private static readonly string[] Texts = [.. Enumerable.Range(0, 500).Select(Text)];

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void LatentSemantic_PutsEntitiesOfOneKindNextToEachOther_ThoughTheyShareNoValue()
    {
        Assert.InRange(KindsApart(TokenEmbeddingInitialization.LatentSemantic), 0.2, 2);
        Assert.InRange(KindsApart(TokenEmbeddingInitialization.Random), -0.1, 0.1);
    }

    [Fact]
    public void LatentSemantic_PutsValuesThatShareWordsNextToEachOther_ThoughNoEntityHasBoth()
    {
        string[] texts = [.. Enumerable.Range(0, 240).Select(i => $"after|shop\n, {(i % 4 < 2 ? "fresh" : "cheap")} {(i % 2 == 0 ? "bread" : "toys")}")];

        float[][] vectors = Embed(TokenEmbeddingInitialization.LatentSemantic, texts);

        Assert.InRange(Cosine(vectors[0], vectors[1]) - Cosine(vectors[0], vectors[3]), 0.1, 2);
        Assert.InRange(Cosine(vectors[0], vectors[2]) - Cosine(vectors[0], vectors[3]), 0.1, 2);
    }

    [Fact]
    public void LatentSemantic_IsRepeatable()
    {
        Assert.Equal(Embed(TokenEmbeddingInitialization.LatentSemantic, Texts), Embed(TokenEmbeddingInitialization.LatentSemantic, Texts));
    }

    [Fact]
    public void LatentSemantic_OfTextsThatAreAllTheSame_StaysRandom()
    {
        float[][] vectors = Embed(TokenEmbeddingInitialization.LatentSemantic, ["a|b\n1, 2", "a|b\n1, 2"]);

        Assert.Equal(Embed(TokenEmbeddingInitialization.Random, ["a|b\n1, 2", "a|b\n1, 2"]), vectors);
    }

    /// <summary>By how much the cosine of two entities of one kind is above that of two of different kinds, among entities that share no value.</summary>
    private double KindsApart(TokenEmbeddingInitialization initialization)
    {
        float[][] vectors = Embed(initialization, Texts);
        HashSet<string>[] shops = Array.ConvertAll(Texts, text => text.Split('\n').Skip(1).Select(line => line.Split(", ")[1]).ToHashSet());
        double Mean(bool sameKind) => (from i in Enumerable.Range(0, Texts.Length)
                                       from j in Enumerable.Range(0, i)
                                       where i % 2 == j % 2 == sameKind && !shops[i].Overlaps(shops[j])
                                       select Cosine(vectors[i], vectors[j])).Average();
        return Mean(sameKind: true) - Mean(sameKind: false);
    }

    /// <summary>Of vectors of length 1.</summary>
    private static double Cosine(float[] first, float[] second) => first.Zip(second, (a, b) => a * b).Sum();

    private float[][] Embed(TokenEmbeddingInitialization initialization, string[] texts)
    {
        IDataView rows = SmallJob.Texts(_ml, texts);
        using FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny with { HiddenSize = 8, TokenEmbeddings = initialization }),
            Tuning = Tuning.None,
            Embedding = new EmbeddingOptions { Pooling = PoolingOptions.Of(LayerRange.TokenEmbeddings), Normalize = true },
            Seed = 3,
        }).Fit(rows);
        return SmallJob.Vectors(embedder.Transform(rows));
    }

    private static string Text(int entity)
    {
        var random = new Random(entity);
        return "after|shop\n" + string.Join('\n', Enumerable.Range(0, 8).Select(_ => $"{random.Next(3)}h, shop {(entity % 2 * 100) + random.Next(100)}"));
    }
}

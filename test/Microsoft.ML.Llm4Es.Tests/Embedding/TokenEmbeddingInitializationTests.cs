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

    [Theory]
    [InlineData("bread")]
    [InlineData("milk")]
    [InlineData("beer")]
    public void LatentSemantic_HasAColumnForTheShareOfWhatAllTextsHave(string good)
    {
        var random = new Random(5);
        IEnumerable<string> Lines(string name, int most) => Enumerable.Repeat($", {name}", 1 + random.Next(most));
        string[] texts =
        [
            .. Enumerable.Range(0, 120).Select(_ => string.Join('\n', [
                "after|shop", .. Lines("bread", 8), .. Lines("milk", 8), .. Lines("beer", 8), .. Enumerable.Range(0, 6).Select(_ => $", shop {random.Next(30)}")])),
        ];
        double[] shares = [.. texts.Select(text => text.Split('\n').Skip(1).Average(line => line == $", {good}" ? 1 : 0))];

        float[][] vectors = Embed(TokenEmbeddingInitialization.LatentSemantic, texts, hiddenSize: 24, normalize: false);

        Assert.InRange(Enumerable.Range(0, 24).Max(column => Math.Abs(Correlation([.. vectors.Select(vector => (double)vector[column])], shares))), 0.99, 1);
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

    private static double Correlation(double[] first, double[] second)
    {
        (double one, double two) = (first.Average(), second.Average());
        return first.Zip(second, (a, b) => (a - one) * (b - two)).Sum() / Math.Sqrt(first.Sum(a => (a - one) * (a - one)) * second.Sum(b => (b - two) * (b - two)));
    }

    private float[][] Embed(TokenEmbeddingInitialization initialization, string[] texts, int hiddenSize = 8, bool normalize = true)
    {
        IDataView rows = SmallJob.Texts(_ml, texts);
        using FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", new FineTuneLlmEmbedderOptions
        {
            Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny with { HiddenSize = hiddenSize, TokenEmbeddings = initialization }),
            Tuning = Tuning.None,
            Embedding = new EmbeddingOptions { Pooling = PoolingOptions.Of(LayerRange.TokenEmbeddings), Normalize = normalize },
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

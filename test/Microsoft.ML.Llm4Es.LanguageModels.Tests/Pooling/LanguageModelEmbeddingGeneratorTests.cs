using Microsoft.Extensions.AI;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LanguageModelEmbeddingGeneratorTests : IDisposable
{
    private static readonly string[] Texts = ["abc", "a somewhat longer text", "b", "abc"];

    private readonly CausalLanguageModel _model = TinyTextModel.Create();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(8192)]
    public async Task GenerateAsync_PoolsEachTextAsAlone_InTheirOrder(int tokensPerBatch)
    {
        LanguageModelEmbeddingOptions options = new() { Pooling = PoolingOptions.Of(LayerRange.LastOnly, TokenPooling.Last), TokensPerBatch = tokensPerBatch };
        using LanguageModelEmbeddingGenerator generator = new(_model, TinyTextModel.Tokenizer, options, "tiny");

        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(Texts, cancellationToken: Cancellation);

        Assert.Equal(Texts.Length, embeddings.Count);
        for (int i = 0; i < Texts.Length; i++)
        {
            float[] expected = HiddenStatePooling.Pool(_model, new([TinyTextModel.Tokenizer.Encode(Texts[i], addSpecialTokens: true).ToArray()]), options.Pooling)[0];
            Assert.Equal(expected.Length, embeddings[i].Dimensions);
            for (int j = 0; j < expected.Length; j++) Assert.Equal(expected[j], embeddings[i].Vector.Span[j], 1e-5f);
            Assert.Equal("tiny", embeddings[i].ModelId);
        }

        Assert.Equal(Texts.Sum(text => text.Length), embeddings.Usage!.InputTokenCount);
    }

    [Fact]
    public async Task GenerateAsync_CutsLongTexts()
    {
        using LanguageModelEmbeddingGenerator generator = new(_model, TinyTextModel.Tokenizer, new() { MaxTokens = 4 });
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync(["abcd", "abcdefg"], cancellationToken: Cancellation);
        Assert.Equal(8, embeddings.Usage!.InputTokenCount);
        for (int j = 0; j < embeddings[0].Dimensions; j++) Assert.Equal(embeddings[0].Vector.Span[j], embeddings[1].Vector.Span[j], 1e-6f);
    }

    [Fact]
    public async Task GenerateAsync_RefusesEmptyTexts_OtherDimensions_AndCancelledCalls()
    {
        using LanguageModelEmbeddingGenerator generator = new(_model, TinyTextModel.Tokenizer);
        Assert.Contains("Text 1", (await Assert.ThrowsAsync<ArgumentException>(() => generator.GenerateAsync(["a", ""], cancellationToken: Cancellation))).Message);
        await Assert.ThrowsAsync<NotSupportedException>(() => generator.GenerateAsync(["a"], new() { Dimensions = 3 }, Cancellation));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => generator.GenerateAsync(["a"], cancellationToken: new(canceled: true)));
        Assert.Empty(await generator.GenerateAsync([], cancellationToken: Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LanguageModelEmbeddingGenerator(_model, TinyTextModel.Tokenizer, new() { Pooling = PoolingOptions.Of(new(7)) }));
    }

    [Fact]
    public void GetService_GivesItsParts()
    {
        using LanguageModelEmbeddingGenerator generator = new(_model, TinyTextModel.Tokenizer, modelId: "tiny");
        EmbeddingGeneratorMetadata metadata = generator.GetService<EmbeddingGeneratorMetadata>()!;
        Assert.Equal(("tiny", TinyModel.Configuration.HiddenSize), (metadata.DefaultModelId, metadata.DefaultModelDimensions));
        Assert.Same(_model, generator.GetService<CausalLanguageModel>());
        Assert.Same(generator, generator.GetService<LanguageModelEmbeddingGenerator>());
        Assert.Null(generator.GetService<string>());
    }
}

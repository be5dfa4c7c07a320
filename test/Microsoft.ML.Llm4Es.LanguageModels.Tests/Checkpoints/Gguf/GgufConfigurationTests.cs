namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufConfigurationTests
{
    [Fact]
    public void Configuration_TakesEverySizeFromTheMetadata()
    {
        LanguageModelConfiguration configuration = Read(GgufTinyModel.Model().Set("tokenizer.ggml.eot_token_id", 5u).Set("tokenizer.ggml.padding_token_id", 0u));

        Assert.Equal(LanguageModelArchitecture.Llama, configuration.Architecture);
        Assert.Equal(GgufTinyModel.Tokens.Length, configuration.VocabularySize);
        Assert.Equal(GgufTinyModel.Hidden, configuration.HiddenSize);
        Assert.Equal(GgufTinyModel.Intermediate, configuration.IntermediateSize);
        Assert.Equal(GgufTinyModel.Layers, configuration.HiddenLayers);
        Assert.Equal(GgufTinyModel.Heads, configuration.AttentionHeads);
        Assert.Equal(GgufTinyModel.KeyValueHeads, configuration.KeyValueHeads);
        Assert.Equal(GgufTinyModel.HeadDimension, configuration.HeadDimension);
        Assert.Equal(1e-5, configuration.RmsNormEpsilon);
        Assert.Equal(128, configuration.MaxPositions);
        Assert.True(configuration.TieWordEmbeddings);
        Assert.Null(configuration.SlidingWindow);
        Assert.Equal(1, configuration.BeginningOfTextId);
        Assert.Equal([2, 5], configuration.EndOfTextIds);
        Assert.Equal(0, configuration.PaddingId);
        Assert.Equal(new RotaryEmbeddingConfiguration { Theta = 50_000 }, configuration.RotaryEmbedding);
    }

    [Theory]
    [InlineData("qwen2", LanguageModelArchitecture.Qwen2)]
    [InlineData("qwen3", LanguageModelArchitecture.Qwen3)]
    public void Configuration_KnowsQwen(string architecture, LanguageModelArchitecture expected)
    {
        GgufWriter writer = new GgufWriter()
            .Set("general.architecture", architecture)
            .Set($"{architecture}.block_count", 2u)
            .Set($"{architecture}.context_length", 128u)
            .Set($"{architecture}.embedding_length", 64u)
            .Set($"{architecture}.feed_forward_length", 96u)
            .Set($"{architecture}.attention.head_count", 4u)
            .Set($"{architecture}.attention.head_count_kv", 2u)
            .Set($"{architecture}.attention.key_length", 32u)
            .Set($"{architecture}.attention.value_length", 32u)
            .Set($"{architecture}.attention.layer_norm_rms_epsilon", 1e-6f)
            .AddTensor("token_embd.weight", [8, 64], new float[512]);

        LanguageModelConfiguration configuration = Read(writer);

        Assert.Equal(expected, configuration.Architecture);
        Assert.Equal(32, configuration.HeadDimension);
        Assert.Equal(10_000, configuration.RotaryEmbedding.Theta);
    }

    [Fact]
    public void Configuration_OfALlamaWithAWindowIsMistral()
    {
        LanguageModelConfiguration configuration = Read(GgufTinyModel.Model().Set("llama.attention.sliding_window", 16u));

        Assert.Equal(LanguageModelArchitecture.Mistral, configuration.Architecture);
        Assert.Equal(16, configuration.SlidingWindow);
    }

    [Theory]
    [InlineData("llama.rope.scaling.factor", 4f)]
    [InlineData("llama.rope.scale_linear", 4f)]
    public void RotaryEmbedding_WithAFactorAloneIsLinear(string key, float factor)
    {
        RotaryEmbeddingConfiguration rotary = Read(GgufTinyModel.Model().Set(key, factor)).RotaryEmbedding;

        Assert.Equal(new RotaryEmbeddingConfiguration { Type = RotaryEmbeddingType.Linear, Theta = 50_000, Factor = 4 }, rotary);
    }

    [Fact]
    public void RotaryEmbedding_TakesYarn()
    {
        RotaryEmbeddingConfiguration rotary = Read(GgufTinyModel.Model()
            .Set("llama.rope.scaling.type", "yarn")
            .Set("llama.rope.scaling.factor", 4f)
            .Set("llama.rope.scaling.original_context_length", 32u)
            .Set("llama.rope.scaling.yarn_beta_fast", 16f)
            .Set("llama.rope.scaling.attn_factor", 2f)).RotaryEmbedding;

        Assert.Equal(RotaryEmbeddingType.Yarn, rotary.Type);
        Assert.Equal(4, rotary.Factor);
        Assert.Equal(32, rotary.OriginalMaxPositions);
        Assert.Equal(16, rotary.BetaFast);
        Assert.Equal(2 * ((0.1 * Math.Log(4)) + 1), rotary.AttentionFactor!.Value, 1e-12);
    }

    [Fact]
    public void RotaryEmbedding_FindsLlama3BehindItsFactors()
    {
        float[] factors = Llama3Factors(factor: 32, originalPositions: 8192);

        RotaryEmbeddingConfiguration rotary = Read(GgufTinyModel.Model().AddTensor("rope_freqs.weight", [factors.Length], factors)).RotaryEmbedding;

        Assert.Contains(factors, factor => factor is > 1 and < 32);
        Assert.Equal(
            new RotaryEmbeddingConfiguration { Type = RotaryEmbeddingType.Llama3, Theta = 50_000, Factor = 32, LowFrequencyFactor = 1, HighFrequencyFactor = 4, OriginalMaxPositions = 8192 },
            rotary);
    }

    [Fact]
    public void RotaryEmbedding_RefusesFactorsOfAnotherRule()
    {
        GgufWriter otherRule = GgufTinyModel.Model().AddTensor("rope_freqs.weight", [8], Llama3Factors(factor: 32, originalPositions: 512));
        GgufWriter wrongLength = GgufTinyModel.Model().AddTensor("rope_freqs.weight", [4], [1, 1, 1, 1]);
        GgufWriter notANumber = GgufTinyModel.Model().AddTensor("rope_freqs.weight", [8], [1, 1, float.NaN, 1, 1, 1, 1, 1]);

        Assert.Contains("low_freq_factor", Assert.Throws<InvalidDataException>(() => Read(otherRule)).Message);
        Assert.Contains("8 are expected", Assert.Throws<InvalidDataException>(() => Read(wrongLength)).Message);
        Assert.Contains("rope_freqs", Assert.Throws<InvalidDataException>(() => Read(notANumber)).Message);
    }

    /// <summary>As convert_hf_to_gguf.py of llama.cpp writes them.</summary>
    private static float[] Llama3Factors(double factor, double originalPositions) =>
    [
        .. Enumerable.Range(0, GgufTinyModel.HeadDimension / 2).Select(i =>
        {
            double wavelength = 2 * Math.PI * Math.Pow(50_000, 2.0 * i / GgufTinyModel.HeadDimension);
            if (wavelength < originalPositions / 4) return 1f;
            if (wavelength > originalPositions / 1) return (float)factor;

            double smooth = ((originalPositions / wavelength) - 1) / (4 - 1);
            return (float)(1 / (((1 - smooth) / factor) + smooth));
        }),
    ];

    private static LanguageModelConfiguration Read(GgufWriter writer)
    {
        using GgufTemporaryFile file = writer.Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        return checkpoint.Configuration;
    }
}

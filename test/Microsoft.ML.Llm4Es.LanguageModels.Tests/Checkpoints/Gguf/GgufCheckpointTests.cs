using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GgufCheckpointTests
{
    /// <summary>Why, how the metadata differs, and what the message must hold.</summary>
    public static TheoryData<string, string, object, string> Unsupported => new()
    {
        { "another architecture", "general.architecture", "gemma2", "gemma2" },
        { "an adapter", "general.type", "adapter", "adapter" },
        { "one of several files", "split.count", (ushort)3, "llama-gguf-split" },
        { "mixture of experts", "llama.expert_count", 8u, "expert_count" },
        { "rotation of part of a head", "llama.rope.dimension_count", 8u, "rope.dimension_count" },
        { "values of another width", "llama.attention.value_length", 8u, "attention.value_length" },
        { "heads that differ from layer to layer", "llama.attention.head_count", new[] { 4u, 2u }, "attention.head_count" },
        { "no heads", "llama.attention.head_count", 0u, "head_count is 0" },
        { "heads that are no multiple", "llama.attention.head_count_kv", 3u, "3" },
        { "text for a number", "llama.embedding_length", "64", "embedding_length" },
        { "more than an int", "llama.context_length", ulong.MaxValue, "context_length" },
        { "negative", "llama.block_count", -1, "block_count" },
        { "an infinite epsilon", "llama.attention.layer_norm_rms_epsilon", float.PositiveInfinity, "layer_norm_rms_epsilon" },
        { "no causal mask", "llama.attention.causal", false, "attention.causal" },
        { "scaled logits", "llama.logit_scale", 0.5f, "logit_scale" },
        { "an unknown scaling", "llama.rope.scaling.type", "longrope", "longrope" },
        { "a negative base", "llama.rope.freq_base", -1f, "rope_theta" },
    };

    [Fact]
    public void LoadGguf_GivesTheWeightsBackInHuggingFaceOrder()
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Save();

        using var model = CausalLanguageModel.LoadGguf(file.Path);

        IReadOnlyDictionary<string, (long[] Shape, float[] Values)> expected = GgufTinyModel.RandomWeights();
        IReadOnlyDictionary<string, (long[] Shape, float[] Values)> actual = GgufTinyModel.Weights(model);
        Assert.Equal(expected.Keys.Order(), actual.Keys.Order());
        foreach ((string name, (long[] shape, float[] values)) in expected)
        {
            Assert.Equal(shape, actual[name].Shape);
            Assert.Equal(values, actual[name].Values);
        }
    }

    [Fact]
    public void LoadGguf_TakesAHeadOfItsOwn()
    {
        float[] head = [.. Enumerable.Range(0, GgufTinyModel.Tokens.Length * GgufTinyModel.Hidden).Select(i => i / 100f)];
        using GgufTemporaryFile file = GgufTinyModel.Model().AddTensor("output.weight", [GgufTinyModel.Tokens.Length, GgufTinyModel.Hidden], head).Save();

        using var model = CausalLanguageModel.LoadGguf(file.Path);

        Assert.False(model.Configuration.TieWordEmbeddings);
        Assert.Equal(head, GgufTinyModel.Weights(model)["lm_head.weight"].Values);
    }

    [Fact]
    public void LoadGguf_PutsTheBiasesOfLlamaInHuggingFaceOrder()
    {
        int queries = GgufTinyModel.Heads * GgufTinyModel.HeadDimension;
        int keys = GgufTinyModel.KeyValueHeads * GgufTinyModel.HeadDimension;
        float[] bias = [.. Enumerable.Range(0, queries).Select(i => (float)i)];
        GgufWriter writer = GgufTinyModel.Model();
        for (int layer = 0; layer < GgufTinyModel.Layers; layer++)
        {
            writer.AddTensor($"blk.{layer}.attn_q.bias", [queries], bias)
                .AddTensor($"blk.{layer}.attn_k.bias", [keys], bias[..keys])
                .AddTensor($"blk.{layer}.attn_v.bias", [keys], bias[..keys])
                .AddTensor($"blk.{layer}.attn_output.bias", [GgufTinyModel.Hidden], bias[..GgufTinyModel.Hidden]);
        }

        using GgufTemporaryFile file = writer.Save();

        using var model = CausalLanguageModel.LoadGguf(file.Path);

        IReadOnlyDictionary<string, (long[] Shape, float[] Values)> weights = GgufTinyModel.Weights(model);
        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 1, 3, 5, 7, 9, 11, 13, 15, 16, 18], weights["model.layers.1.self_attn.q_proj.bias"].Values[..18]);
        Assert.Equal([0, 2, 4, 6, 8, 10, 12, 14, 1, 3], weights["model.layers.0.self_attn.k_proj.bias"].Values[..10]);
        Assert.Equal(bias[..keys], weights["model.layers.0.self_attn.v_proj.bias"].Values);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void LoadGguf_RefusesWeightsThatAreNotFinite(float value)
    {
        float[] norm = new float[GgufTinyModel.Hidden];
        norm[5] = value;
        using GgufTemporaryFile file = GgufTinyModel.Model().RemoveTensor("output_norm.weight").AddTensor("output_norm.weight", [norm.Length], norm).Save();

        var failure = Assert.Throws<InvalidDataException>(() => CausalLanguageModel.LoadGguf(file.Path));

        Assert.Contains("model.norm.weight", failure.Message);
        Assert.Contains(file.Path, failure.Message);
    }

    [Fact]
    public void LoadGguf_RefusesMissingUnexpectedAndMisshapenTensors()
    {
        AssertRefused(GgufTinyModel.Model().RemoveTensor("blk.1.ffn_up.weight"), "model.layers.1.mlp.up_proj.weight is missing");
        AssertRefused(GgufTinyModel.Model().AddTensor("blk.2.attn_norm.weight", [64], new float[64]), "model.layers.2.input_layernorm.weight");
        AssertRefused(GgufTinyModel.Model().AddTensor("blk.0.attn_sinks", [4], new float[4]), "blk.0.attn_sinks");
        AssertRefused(GgufTinyModel.Model().AddTensor("blk.00.attn_norm.weight", [64], new float[64]), "second time");
        AssertRefused(GgufTinyModel.Model().RemoveTensor("output_norm.weight").AddTensor("output_norm.weight", [32], new float[32]), "[32]");
        AssertRefused(GgufTinyModel.Model().RemoveTensor("token_embd.weight"), "token_embd.weight");
    }

    [Theory]
    [MemberData(nameof(Unsupported))]
    public void Open_RefusesWhatIsNotSupported(string why, string key, object value, string mention)
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Set(key, value).Save();

        var failure = Assert.Throws<InvalidDataException>(() => GgufCheckpoint.Open(file.Path));

        Assert.True(failure.Message.Contains(mention, StringComparison.Ordinal), $"{why}: {failure.Message}");
        Assert.Contains(file.Path, failure.Message);
    }

    [Theory]
    [InlineData("general.architecture")]
    [InlineData("llama.block_count")]
    [InlineData("llama.embedding_length")]
    [InlineData("llama.attention.layer_norm_rms_epsilon")]
    public void Open_NamesTheKeyThatIsMissing(string key)
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Remove(key).Save();

        Assert.Contains(key, Assert.Throws<InvalidDataException>(() => GgufCheckpoint.Open(file.Path)).Message);
    }

    [Fact]
    public void ChatTemplate_IsThatOfTheMetadata()
    {
        using GgufTemporaryFile without = GgufTinyModel.Model().Save();
        using GgufTemporaryFile with = GgufTinyModel.Model().Set("tokenizer.chat_template", "{{ messages }}").Save();

        using var first = GgufCheckpoint.Open(without.Path);
        using var second = GgufCheckpoint.Open(with.Path);

        Assert.Null(first.ChatTemplate);
        Assert.Equal("{{ messages }}", second.ChatTemplate);
    }

    [Fact]
    public void LoadGguf_OnAGpuEqualsTheCpu()
    {
        TorchRuntime.EnsureLoaded();
        Assert.SkipUnless(cuda.is_available(), "needs a CUDA device");
        using GgufTemporaryFile file = GgufTinyModel.Model().Save();

        using var model = CausalLanguageModel.LoadGguf(file.Path, CUDA);

        foreach ((string name, (_, float[] values)) in GgufTinyModel.RandomWeights()) Assert.Equal(values, GgufTinyModel.Weights(model)[name].Values);
    }

    private static void AssertRefused(GgufWriter writer, string mention)
    {
        using GgufTemporaryFile file = writer.Save();
        var failure = Assert.Throws<InvalidDataException>(() => CausalLanguageModel.LoadGguf(file.Path));
        Assert.Contains(mention, failure.Message);
        Assert.Contains(file.Path, failure.Message);
    }
}

using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Published models against transformers.</summary>
[Trait("Category", "Reference")]
public sealed class PublishedModelTests
{
    [Fact]
    public void TinyStories_ComputesWhatTransformersComputes()
    {
        using PublishedModel reference = TinyStories();

        Assert.NotEmpty(reference.Texts);
        foreach (string text in reference.Texts) reference.Check(text);
    }

    [Fact]
    public void SmolLM2_ComputesWhatTransformersComputes()
    {
        using PublishedModel reference = SmolLM2();

        Assert.NotEmpty(reference.Texts);
        foreach (string text in reference.Texts) reference.Check(text);
    }

    [Theory]
    [InlineData("tinystories", "TinyStories-656K")]
    [InlineData("smollm2", "SmolLM2-135M-Instruct")]
    public void Texts_AreEncodedAsTheReferenceEncodesThem(string reference, string model)
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(ReferenceData.Require(ReferenceData.Models, model));
        JsonElement texts = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(ReferenceData.Require(ReferenceData.Reference, reference, "texts.json"))).GetProperty("texts");

        Assert.NotEmpty(texts.EnumerateArray());
        foreach (JsonElement text in texts.EnumerateArray())
            Assert.Equal(text.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text.GetProperty("text").GetString()!, addSpecialTokens: true));
    }

    /// <summary>What <see cref="ComputePrecision.BFloat16"/> promises of embeddings.</summary>
    [Fact]
    public void Pool_InBFloat16_IsNearFloat32()
    {
        using PublishedModel reference = SmolLM2();
        TokenBatch batch = new([.. reference.Texts.Select(text => (ReadOnlyMemory<int>)reference.Ids(text))]);
        float[][] exact = HiddenStatePooling.Pool(reference.Model, batch);

        reference.Model.Precision = ComputePrecision.BFloat16;
        float[][] rounded = HiddenStatePooling.Pool(reference.Model, batch);

        double[] distances = [.. exact.Zip(rounded, RelativeDistance)];
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", distances));
        Assert.All(distances, distance => Assert.InRange(distance, 1e-6, 0.02));
    }

    private static double RelativeDistance(float[] expected, float[] actual) =>
        Math.Sqrt(expected.Zip(actual, (a, b) => Math.Pow(a - b, 2)).Sum() / expected.Sum(a => Math.Pow(a, 2)));

    private static PublishedModel TinyStories()
    {
        ExpectedTensors expected = new(ReferenceData.Require(ReferenceData.Reference, "tinystories", "expected.safetensors"));
        CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(ReferenceData.Require(ReferenceData.Models, "TinyStories-656K"));
        model.Precision = ComputePrecision.Float32;
        return new PublishedModel(model, expected) { Logits = ReferenceModel.Absolute, Losses = 1e-4, HiddenStates = (ReferenceModel.Absolute, ReferenceModel.Relative) };
    }

    private static PublishedModel SmolLM2()
    {
        ExpectedTensors expected = new(ReferenceData.Require(ReferenceData.Reference, "smollm2", "expected.safetensors"));
        CausalLanguageModel model = CausalLanguageModel.LoadGguf(Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single());
        model.Precision = ComputePrecision.Float32;

        // The reference sums 49,152 exponentials in 32-bit floats: with logits 2e-5 away from its own, its losses are up to 3e-4 from those in 64 bits.
        return new PublishedModel(model, expected) { Logits = 1e-3, Losses = 3e-4, HiddenStates = (2e-3, 1e-4) };
    }
}

using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A published model against transformers.</summary>
[Trait("Category", "Reference")]
public sealed class TinyStoriesTests : IDisposable
{
    private readonly DisposeScope _scope;
    private readonly CausalLanguageModel _model;
    private readonly ExpectedTensors _expected;
    private readonly int[][] _texts;

    public TinyStoriesTests()
    {
        string reference = ReferenceData.Require(ReferenceData.Reference, "tinystories");
        string folder = ReferenceData.Require(ReferenceData.Models, "TinyStories-656K");
        _scope = NewDisposeScope();
        _model = CausalLanguageModel.LoadHuggingFace(folder);
        _model.Precision = ComputePrecision.Float32;
        _expected = new ExpectedTensors(Path.Combine(reference, "expected.safetensors"));
        JsonElement texts = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(reference, "texts.json")));
        _texts = [.. texts.GetProperty("texts").EnumerateArray().Select(text => text.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray())];
    }

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void HiddenStatesLogitsAndLoss_EqualTransformers()
    {
        using IDisposable noGradients = no_grad();
        for (int text = 0; text < _texts.Length; text++)
        {
            TokenBatch batch = new([_texts[text]]);
            Tensor hidden = _model.HiddenStates(batch, (layer, states) =>
                AssertClose(_expected[$"text{text}.hidden_last_token.{layer}"], states[-1], $"text {text}, layer {layer}"));
            Tensor expected = _expected[$"text{text}.logits"];
            AssertClose(expected, _model.Logits(hidden)[^(int)expected.shape[0]..], $"logits of text {text}");
            Assert.Equal(_expected.Scalar($"text{text}.loss"), NextTokenLosses.Mean(_model, batch).ToSingle(), 1e-4);
        }
    }

    [Fact]
    public void Pool_EqualsTransformers()
    {
        TokenBatch batch = new([.. _texts.Select(text => (ReadOnlyMemory<int>)text)]);
        int layers = _model.Configuration.HiddenLayers;
        for (int first = 0; first <= layers; first++)
        {
            float[][] pooled = HiddenStatePooling.Pool(_model, batch, PoolingOptions.Of(new LayerRange(first)));
            for (int text = 0; text < _texts.Length; text++) AssertClose(_expected[$"text{text}.pooled.mean.k{first}"], tensor(pooled[text]), $"mean from {first}");
        }

        foreach ((string name, TokenPooling tokens) in new[] { ("max", TokenPooling.Max), ("last", TokenPooling.Last) })
        {
            float[][] pooled = HiddenStatePooling.Pool(_model, batch, PoolingOptions.Of(LayerRange.LastOnly, tokens));
            for (int text = 0; text < _texts.Length; text++) AssertClose(_expected[$"text{text}.pooled.{name}.k{layers}"], tensor(pooled[text]), name);
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual, string what) =>
        TrainingCase.AssertClose(expected, actual, ReferenceModel.Absolute, ReferenceModel.Relative, what);
}

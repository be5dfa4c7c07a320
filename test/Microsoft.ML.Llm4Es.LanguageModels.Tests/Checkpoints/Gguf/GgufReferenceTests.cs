using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>SmolLM2-135M-Instruct from its Q4_1 GGUF against transformers with the same weights dequantised by gguf-py.</summary>
[Trait("Category", "Reference")]
public sealed class GgufReferenceTests
{
    [Fact]
    public void LoadGguf_DequantisesEveryWeightLikeTheReference()
    {
        using IDisposable frozen = no_grad();
        using DisposeScope scope = NewDisposeScope();
        var expected = new ExpectedTensors(Reference("dequantized.safetensors"));
        using JsonDocument sums = JsonDocument.Parse(File.ReadAllBytes(Reference("dequantized.json")));
        using CausalLanguageModel model = Load();
        IReadOnlyDictionary<string, Tensor> weights = model.Weights();

        foreach (JsonElement entry in sums.RootElement.EnumerateArray())
        {
            string name = entry.GetProperty("name").GetString()!;
            Tensor weight = weights[name];
            Tensor flat = weight.reshape(-1);
            Assert.Equal(entry.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()), weight.shape);
            AssertEqual(expected[$"{name}.first64"], flat.narrow(0, 0, 64));
            AssertEqual(expected[$"{name}.values"], flat[tensor(expected.Integers($"{name}.indices"))]);
            if (expected.Names.Contains($"{name}.second_row_first64")) AssertEqual(expected[$"{name}.second_row_first64"], weight[1].narrow(0, 0, 64));
            Tensor wide = flat.to(ScalarType.Float64);
            Assert.Equal(entry.GetProperty("sum").GetDouble(), wide.sum().item<double>(), 1e-6);
            Assert.Equal(entry.GetProperty("square_sum").GetDouble(), wide.square().sum().item<double>(), 1e-6);
        }
    }

    [Fact]
    public void LoadGguf_ComputesTheHiddenStatesAndLogitsOfTheReference()
    {
        using IDisposable frozen = no_grad();
        var expected = new ExpectedTensors(Reference("expected.safetensors"));
        using CausalLanguageModel model = Load();
        model.Precision = ComputePrecision.Float32;
        string[] texts = [.. expected.Names.Select(name => name.Split('.')[0]).Distinct()];

        Assert.NotEmpty(texts);
        foreach (string text in texts)
        {
            using DisposeScope scope = NewDisposeScope();
            int[] ids = [.. expected.Integers($"{text}.input_ids").Select(id => (int)id)];
            Tensor hidden = model.HiddenStates(new TokenBatch([ids]), (layer, states) =>
            {
                string last = $"{text}.hidden_last_token.{layer}";
                if (expected.Names.Contains(last)) TrainingCase.AssertClose(expected[last], states[-1], 2e-3, 1e-4, $"{text}, hidden state {layer}");
            });
            Tensor logits = model.Logits(hidden);
            Tensor top = logits.narrow(0, ids.Length - 2, 2).gather(1, tensor(expected.Integers($"{text}.top_ids")).reshape(2, -1));
            TrainingCase.AssertClose(expected[$"{text}.top_values"], top, 1e-3, 0, $"{text}, logits");
            Tensor losses = nn.functional.cross_entropy(logits.narrow(0, 0, ids.Length - 1), tensor(ids[1..]).to(ScalarType.Int64), reduction: nn.Reduction.None);
            TrainingCase.AssertClose(expected[$"{text}.token_losses"], losses, 1e-3, 0, $"{text}, losses");
        }
    }

    [Fact]
    public void Configuration_EqualsThatOfConfigJson()
    {
        using var checkpoint = GgufCheckpoint.Open(ModelFile());
        LanguageModelConfiguration published = LanguageModelConfiguration.Load(Path.GetDirectoryName(ModelFile())!);

        Assert.Equal(published.ToJson(), checkpoint.Configuration.ToJson());
    }

    private static CausalLanguageModel Load() => CausalLanguageModel.LoadGguf(ModelFile());

    private static string ModelFile() => Directory.GetFiles(ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct"), "*.gguf").Single();

    private static string Reference(string name) => ReferenceData.Require(ReferenceData.Reference, "smollm2", name);

    private static void AssertEqual(Tensor expected, Tensor actual) => Assert.Equal([.. expected.data<float>()], actual.contiguous().data<float>().ToArray());
}

using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Models whose weights are kept in bfloat16.</summary>
public sealed class WeightPrecisionTests
{
    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("llama-default")]
    [InlineData("llama-biases")]
    [InlineData("llama-bf16")]
    [InlineData("qwen3")]
    public void LoadHuggingFace_InBFloat16_ComputesWhatA32BitModelComputesInBFloat16(string name)
    {
        using ReferenceModel reference = new(name);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(reference.Folder, weights: ComputePrecision.BFloat16);
        using IDisposable noGradients = no_grad();
        using DisposeScope scope = NewDisposeScope();
        // Norms and the embedding are used in 32 bit: rounded as the small model has them.
        foreach (Tensor weight in reference.Model.Weights().Values) weight.copy_(weight.to(ScalarType.BFloat16));
        reference.Model.Precision = ComputePrecision.BFloat16;
        TokenBatch batch = reference.Batch();

        Assert.Equal(ComputePrecision.BFloat16, small.Precision);
        Tensor expected = reference.Model.Logits(reference.Model.HiddenStates(batch));
        Tensor actual = small.Logits(small.HiddenStates(batch));

        Assert.Equal(ScalarType.Float32, actual.dtype);
        Assert.Equal(expected.data<float>().ToArray(), actual.data<float>().ToArray());
    }

    [Fact]
    public void LoadHuggingFace_InBFloat16_KeepsHalfTheBytes()
    {
        using TemporaryFolder folder = new();
        using (CausalLanguageModel large = TinyModel.Create()) large.SaveHuggingFace(folder.Path);

        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(folder.Path, weights: ComputePrecision.BFloat16);

        Assert.Equal(ComputePrecision.BFloat16, small.WeightPrecision);
        Assert.All(small.Parameters, parameter => Assert.Equal(ScalarType.BFloat16, parameter.dtype));
        Assert.All(small.Parameters, parameter => Assert.False(parameter.requires_grad));
        Assert.Equal(ScalarType.BFloat16, small.Head.dtype);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SaveHuggingFace_OfBFloat16_IsBitEqual(bool tied)
    {
        using TemporaryFolder first = new();
        using TemporaryFolder second = new();
        using TemporaryFolder third = new();
        using (CausalLanguageModel large = TinyModel.Create(configuration: TinyModel.Configuration with { TieWordEmbeddings = tied })) large.SaveHuggingFace(first.Path);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(first.Path, weights: ComputePrecision.BFloat16);

        small.SaveHuggingFace(second.Path);
        using CausalLanguageModel again = CausalLanguageModel.LoadHuggingFace(second.Path, weights: ComputePrecision.BFloat16);
        again.SaveHuggingFace(third.Path);

        Assert.Contains("\"dtype\": \"bfloat16\"", File.ReadAllText(Path.Combine(second.Path, "config.json")), StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(Path.Combine(second.Path, "model.safetensors")), File.ReadAllBytes(Path.Combine(third.Path, "model.safetensors")));
        using CausalLanguageModel wide = CausalLanguageModel.LoadHuggingFace(second.Path);
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in small.Weights()) Assert.True(weight.to(ScalarType.Float32).equal(wide.Weights()[name]).all().item<bool>(), name);
    }

    [Fact]
    public void Read_InBFloat16_GivesWhatWriteWeightsWrote()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using MemoryStream bytes = new();
        model.WriteWeights(bytes);
        bytes.Position = 0;

        using CausalLanguageModel small = CausalLanguageModel.Read(model.Configuration, new ForwardOnlyStream(bytes), weights: ComputePrecision.BFloat16);

        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor weight) in model.Weights()) Assert.True(weight.to(ScalarType.BFloat16).equal(small.Weights()[name]).all().item<bool>(), name);
    }

    [Fact]
    public void Train_OfBFloat16_IsRefusedWithTheRemedy()
    {
        using TemporaryFolder folder = new();
        using (CausalLanguageModel large = TinyModel.Create()) large.SaveHuggingFace(folder.Path);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(folder.Path, weights: ComputePrecision.BFloat16);
        CausalLanguageModelTrainer trainer = new(small, new TrainingOptions { ContextLength = 8, TokensPerBatch = 8 });

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => trainer.Train([[1, 2, 3]], cancellationToken: TestContext.Current.CancellationToken));

        Assert.Contains("Float32", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("adapter", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_OfAnAdapterOnBFloat16_TrainsTheAdapterAlone()
    {
        using TemporaryFolder folder = new();
        using (CausalLanguageModel large = TinyModel.Create()) large.SaveHuggingFace(folder.Path);
        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(folder.Path, weights: ComputePrecision.BFloat16);
        using LoraAdapter adapter = LoraAdapter.Create(small.Configuration, new LoraOptions { Rank = 4 });
        adapter.Attach(small);
        using MemoryStream before = new();
        small.WriteWeights(before);
        CausalLanguageModelTrainer trainer = new(small, new TrainingOptions { Epochs = 30, ContextLength = 8, TokensPerBatch = 8, LearningRate = 1e-2 });

        TrainingResult result = trainer.Train([[1, 2, 3, 4, 5, 6]], cancellationToken: TestContext.Current.CancellationToken);

        using MemoryStream after = new();
        small.WriteWeights(after);
        Assert.Equal(before.ToArray(), after.ToArray());
        Assert.True(result.FinalLoss < result.LossHistory[0].Loss, $"{result.FinalLoss} after {result.LossHistory[0].Loss}");
        adapter.Detach();
        Assert.Throws<InvalidOperationException>(small.TrainAll);
    }

    [Fact]
    public void LoadGguf_InBFloat16_RoundsAsTorchDoes()
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Save();
        using CausalLanguageModel large = CausalLanguageModel.LoadGguf(file.Path);
        using CausalLanguageModel small = CausalLanguageModel.LoadGguf(file.Path, weights: ComputePrecision.BFloat16);

        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> weights = small.Weights();
        foreach ((string name, Tensor weight) in large.Weights()) Assert.True(weight.to(ScalarType.BFloat16).equal(weights[name]).all().item<bool>(), name);
    }

    [Fact]
    public void Round_OfAnyBits_RoundsAsTorchDoes() =>
        Gen.UInt.Array[0, 40].Sample(
            bits =>
            {
                using DisposeScope scope = NewDisposeScope();
                float[] values = [.. bits.Select(BitConverter.UInt32BitsToSingle)];
                ushort[] rounded = new ushort[values.Length];

                BFloat16Rounding.Round(values, rounded);

                float[] actual = [.. rounded.Select(upper => BitConverter.UInt32BitsToSingle((uint)upper << 16))];
                Assert.Equal(tensor(values).to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), actual);
            },
            iter: 500,
            threads: 1);
}

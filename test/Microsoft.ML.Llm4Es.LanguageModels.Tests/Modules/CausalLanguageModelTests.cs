using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CausalLanguageModelTests
{
    private static readonly Gen<int[][]> Rows = Gen.Int[0, TinyModel.Configuration.VocabularySize - 1].Array[1, 20].Array[1, 6];

    [Theory]
    [InlineData(RotaryEmbeddingType.Default, null)]
    [InlineData(RotaryEmbeddingType.Default, 3)]
    [InlineData(RotaryEmbeddingType.Dynamic, null)]
    [InlineData(RotaryEmbeddingType.Yarn, null)]
    public void HiddenStates_OfARow_DoNotDependOnItsNeighbours(RotaryEmbeddingType rotary, int? window)
    {
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with
        {
            Architecture = LanguageModelArchitecture.Mistral,
            MaxPositions = 8,
            SlidingWindow = window,
            RotaryEmbedding = new() { Type = rotary, Factor = 2 },
        });

        Rows.Sample(
            rows =>
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable noGradients = no_grad();
                Tensor[] together = model.HiddenStates(Batch(rows)).split([.. rows.Select(row => (long)row.Length)], 0);
                for (int row = 0; row < rows.Length; row++) AssertClose(model.HiddenStates(Batch(rows[row])), together[row], 1e-5);
            },
            iter: 60);
    }

    [Fact]
    public void HiddenStates_OfAToken_DoNotDependOnWhatFollows()
    {
        using CausalLanguageModel model = TinyModel.Create();
        Gen.Int[0, TinyModel.Configuration.VocabularySize - 1].Array[2, 20].Sample(
            row =>
            {
                using DisposeScope scope = NewDisposeScope();
                using IDisposable noGradients = no_grad();
                AssertClose(model.HiddenStates(Batch(row[..^1])), model.HiddenStates(Batch(row))[..^1], 1e-5);
            },
            iter: 60);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(300)]
    public void HiddenStates_WithASlidingWindow_SeeExactlyTheWindow(int window)
    {
        LanguageModelConfiguration configuration = TinyModel.Configuration with { Architecture = LanguageModelArchitecture.Mistral, HiddenLayers = 1, SlidingWindow = window };
        using CausalLanguageModel model = TinyModel.Create(configuration: configuration);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        // Long enough for several blocks of queries.
        int[] row = [.. Enumerable.Range(0, 700).Select(i => i * 7 % 31)];
        Tensor before = model.HiddenStates(Batch(row));

        row[10] = 31;
        Tensor moved = (model.HiddenStates(Batch(row)) - before).abs().amax([1]);

        bool[] seen = [.. moved.data<float>().Select(distance => distance > 0)];
        Assert.All(seen[..10], Assert.False);
        Assert.All(seen[10..(10 + window)], Assert.True);
        Assert.All(seen[(10 + window)..], Assert.False);
    }

    [Fact]
    public void HiddenStates_OfIdsOutsideTheVocabulary_AreRefused()
    {
        using CausalLanguageModel model = TinyModel.Create();

        Assert.Contains("32", Assert.Throws<ArgumentOutOfRangeException>(() => model.HiddenStates(Batch([32]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.HiddenStates(Batch([-1])));
    }

    [Fact]
    public void HiddenStates_FromSeveralThreads_AreThoseOfOne()
    {
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;
        int[][] rows = [.. Enumerable.Range(1, 24).Select(length => Enumerable.Range(0, length).Select(i => i * 5 % 32).ToArray())];
        float[][] expected = [.. rows.Select(row => Compute(model, row))];

        float[][] actual = new float[rows.Length][];
        for (int round = 0; round < 10; round++)
        {
            // Every round begins without 16-bit copies of the weights, so that threads meet while making them.
            model.Precision = ComputePrecision.BFloat16;
            Parallel.For(0, rows.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, row => actual[row] = Compute(model, rows[row]));
            Assert.Equal(expected, actual);
        }
    }

    [Fact]
    public void HiddenStates_InAndOutOfTraining_AreFreed()
    {
        using CausalLanguageModel model = TinyModel.Create();
        TokenBatch batch = Batch([1, 2, 3], [4, 5]);
        Compute(model, [1, 2]);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        for (int i = 0; i < 5; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            model.HiddenStates(batch).sum().backward();
            using IDisposable noGradients = no_grad();
            using Tensor logits = model.Logits(model.HiddenStates(batch));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Weights_ThatAreWritten_ChangeWhatIsComputedInBFloat16()
    {
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;
        float[] before = Compute(model, [1, 2, 3]);

        using (DisposeScope scope = NewDisposeScope())
        using (no_grad())
        {
            model.Weights()["model.layers.1.mlp.down_proj.weight"].mul_(2);
        }

        Assert.NotEqual(before, Compute(model, [1, 2, 3]));
    }

    [Fact]
    public void Create_GivesTheSameModelForTheSameSeed_WhateverElseDraws()
    {
        TorchRuntime.EnsureLoaded();
        random.manual_seed(1);
        using CausalLanguageModel model = TinyModel.Create(seed: 5);
        random.manual_seed(2);
        using CausalLanguageModel again = TinyModel.Create(seed: 5);
        using CausalLanguageModel other = TinyModel.Create(seed: 6);

        Assert.Equal(Compute(model, [1, 2, 3]), Compute(again, [1, 2, 3]));
        Assert.NotEqual(Compute(model, [1, 2, 3]), Compute(other, [1, 2, 3]));
    }

    [Fact]
    public void Create_DrawsWeightsAsTransformersDoes()
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with
        {
            Architecture = LanguageModelArchitecture.Qwen2,
            HiddenSize = 128,
            InitializerRange = 0.02,
        });

        foreach ((string name, Tensor weight) in model.Weights())
        {
            float[] values = [.. weight.contiguous().data<float>()];
            if (name.EndsWith("norm.weight", StringComparison.Ordinal)) Assert.All(values, value => Assert.Equal(1, value));
            else if (name.EndsWith(".bias", StringComparison.Ordinal)) Assert.All(values, value => Assert.Equal(0, value));
            else Assert.Equal(0.02, Math.Sqrt(values.Average(value => value * value)), 0.001);
        }
    }

    [Fact]
    public void Head_OfATiedModel_IsTheEmbedding()
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel tied = TinyModel.Create(configuration: TinyModel.Configuration with { TieWordEmbeddings = true });
        using CausalLanguageModel untied = TinyModel.Create();

        Assert.Same(tied.Parameters[0], tied.Head);
        Assert.Same(untied.Parameters[^1], untied.Head);
        Assert.DoesNotContain("lm_head.weight", tied.Weights().Keys);
    }

    [Fact]
    public void Precision_Auto_ReadsAsWhatItStandsFor()
    {
        using CausalLanguageModel model = CausalLanguageModel.Create(TinyModel.Configuration, seed: 1);

        Assert.NotEqual(ComputePrecision.Auto, model.Precision);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Precision = (ComputePrecision)9);
    }

    private static TokenBatch Batch(params int[][] rows) => new([.. rows.Select(row => (ReadOnlyMemory<int>)row)]);

    private static float[] Compute(CausalLanguageModel model, int[] row)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        return [.. model.HiddenStates(Batch(row)).data<float>()];
    }

    private static void AssertClose(Tensor expected, Tensor actual, double absolute) =>
        TrainingCase.AssertClose(expected, actual, absolute, 0, "hidden states");
}

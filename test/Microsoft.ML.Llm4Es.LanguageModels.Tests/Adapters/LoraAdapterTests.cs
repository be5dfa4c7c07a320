using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LoraAdapterTests
{
    private static readonly LoraOptions Options = new() { Rank = 4, Alpha = 8, Dropout = 0.1, Seed = 3 };

    private static readonly TrainingOptions Training = new() { Epochs = 6, ContextLength = 16, TokensPerBatch = 128, LearningRate = 0.02 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Train_LowersTheLoss_AndLeavesTheModelsWeightsAsTheyAre(ComputePrecision precision)
    {
        using CausalLanguageModel model = CountingTask.Model();
        byte[] before = Weights(model);
        using LoraAdapter adapter = Attach(model, Options);
        var trainer = new CausalLanguageModelTrainer(model, Training with { Precision = precision });
        int[][] heldOut = CountingTask.Sequences(8, length: 12, seed: 1);
        double lossBefore = trainer.Loss(heldOut, Token);

        trainer.Train(CountingTask.Sequences(120, length: 12, seed: 0), cancellationToken: Token);

        Assert.InRange(trainer.Loss(heldOut, Token), 0, lossBefore - 0.5);
        Assert.Equal(before, Weights(model));
        Assert.All(adapter.Parameters.Values, parameter => Assert.Equal(ScalarType.Float32, parameter.dtype));
    }

    [Fact]
    public void Attach_ChangesNothingUntilTrained_AndDetachGivesTheModelBack()
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create();
        Tensor before = Hidden(model);
        using LoraAdapter adapter = Attach(model, Options);

        Assert.Equal(before.data<float>().ToArray(), Hidden(model).data<float>().ToArray());
        Assert.All(model.Parameters, parameter => Assert.False(parameter.requires_grad));
        Randomize(adapter);
        Assert.NotEqual(before.data<float>().ToArray(), Hidden(model).data<float>().ToArray());

        adapter.Detach();
        Assert.Equal(before.data<float>().ToArray(), Hidden(model).data<float>().ToArray());
        Assert.All(model.Parameters, parameter => Assert.True(parameter.requires_grad));
        Assert.False(adapter.IsAttached);
    }

    public static TheoryData<string> Modules => [.. LoraOptions.Modules, LoraOptions.AllLinear];

    [Theory]
    [MemberData(nameof(Modules))]
    public void Merge_ComputesTheSame_AndChangesOnlyTheTargets(string module)
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create();
        Dictionary<string, float[]> before = Copy(model);
        using LoraAdapter adapter = Attach(model, Options with { TargetModules = [module], UseRsLora = true });
        Randomize(adapter);
        Tensor attached = Hidden(model);

        adapter.Merge();

        TrainingCase.AssertClose(attached, Hidden(model), 1e-4, 1e-4, module);
        string[] changed = [.. Copy(model).Where(weight => !weight.Value.SequenceEqual(before[weight.Key])).Select(weight => weight.Key)];
        string[] targets = [.. before.Keys.Where(weight => adapter.Options.TargetModules.Any(target => weight.EndsWith($".{target}.weight", StringComparison.Ordinal)))];
        Assert.NotEmpty(targets);
        Assert.Equal(targets, changed);
        Assert.Throws<InvalidOperationException>(adapter.Merge);
    }

    [Fact]
    public void Dropout_IsDrawnBySeedStepAndBatch_AndOnlyWhereGradientsAreRecorded()
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create();
        using LoraAdapter adapter = Attach(model, Options with { Dropout = 0.5 });
        Randomize(adapter);
        float[] whole = Hidden(model).data<float>().ToArray();

        float[] first = Training(step: 1, batch: 0);

        Assert.NotEqual(whole, first);
        Assert.NotEqual(first, Training(step: 1, batch: 1));
        Assert.NotEqual(first, Training(step: 2, batch: 0));
        Assert.Equal(first, Training(step: 1, batch: 0));
        Assert.Equal(whole, Hidden(model).data<float>().ToArray());

        float[] Training(int step, int batch)
        {
            adapter.StartBatch(step, batch);
            return model.HiddenStates(Batch).detach().data<float>().ToArray();
        }
    }

    [Fact]
    public void Create_DrawsAsPeftDoes_BySeed()
    {
        using LoraAdapter adapter = LoraAdapter.Create(TinyModel.Configuration, Options);
        using LoraAdapter same = LoraAdapter.Create(TinyModel.Configuration, Options);
        using LoraAdapter other = LoraAdapter.Create(TinyModel.Configuration, Options with { Seed = 4 });

        foreach ((string name, Parameter parameter) in adapter.Parameters)
        {
            float[] values = parameter.data<float>().ToArray();
            Assert.Equal(values, same.Parameters[name].data<float>().ToArray());
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal))
            {
                Assert.All(values, value => Assert.Equal(0, value));
                continue;
            }

            // torch's kaiming_uniform_ with a = √5 has the bound 1 / √in.
            float bound = 1 / MathF.Sqrt(parameter.shape[1]);
            Assert.All(values, value => Assert.InRange(value, -bound, bound));
            Assert.InRange(values.Max(), 0.5 * bound, bound);
            Assert.NotEqual(values, other.Parameters[name].data<float>().ToArray());
        }
    }

    [Fact]
    public void Dispose_OfTheModelFirst_LeavesTheAdapterToBeSaved()
    {
        using var folder = new TemporaryFolder();
        CausalLanguageModel model = TinyModel.Create();
        using LoraAdapter adapter = Attach(model, Options);

        model.Dispose();
        adapter.Save(folder.Path);

        Assert.False(adapter.IsAttached);
        LoraAdapter.Load(TinyModel.Configuration, folder.Path).Dispose();
    }

    [Fact]
    public void Attach_RefusesWhatDoesNotFit()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using CausalLanguageModel deeper = TinyModel.Create(configuration: TinyModel.Configuration with { HiddenLayers = 3 });
        using CausalLanguageModel otherHeads = TinyModel.Create(configuration: TinyModel.Configuration with { KeyValueHeads = 4 });
        using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, Options);
        using LoraAdapter second = LoraAdapter.Create(model.Configuration, Options);

        Assert.Throws<ArgumentException>(() => adapter.Attach(deeper));
        Assert.Throws<ArgumentException>(() => adapter.Attach(otherHeads));
        adapter.Attach(model);
        Assert.Throws<InvalidOperationException>(() => adapter.Attach(model));
        Assert.Throws<InvalidOperationException>(() => second.Attach(model));
        Assert.Throws<InvalidOperationException>(() => model.TrainLastLayers(1));
    }

    private static TokenBatch Batch { get; } = new([new[] { 1, 2, 3, 4, 5 }, new[] { 6, 7, 8 }]);

    private static LoraAdapter Attach(CausalLanguageModel model, LoraOptions options)
    {
        LoraAdapter adapter = LoraAdapter.Create(model.Configuration, options);
        adapter.Attach(model);
        return adapter;
    }

    private static void Randomize(LoraAdapter adapter)
    {
        using IDisposable frozen = no_grad();
        using Generator generator = new(7, CPU);
        foreach (Parameter parameter in adapter.Parameters.Values) parameter.normal_(0, 0.2, generator);
    }

    private static Tensor Hidden(CausalLanguageModel model)
    {
        using IDisposable frozen = no_grad();
        return model.HiddenStates(Batch);
    }

    private static byte[] Weights(CausalLanguageModel model)
    {
        using var stream = new MemoryStream();
        model.WriteWeights(stream);
        return stream.ToArray();
    }

    private static Dictionary<string, float[]> Copy(CausalLanguageModel model) =>
        model.Weights().ToDictionary(weight => weight.Key, weight => weight.Value.contiguous().data<float>().ToArray(), StringComparer.Ordinal);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class LastLayersTests
{
    private static readonly TrainingOptions Training = new() { Epochs = 6, ContextLength = 16, TokensPerBatch = 128, LearningRate = 0.01, Precision = ComputePrecision.Float32 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_ChangesTheLastLayersFinalNormAndOwnHeadOnly(bool tied)
    {
        using DisposeScope scope = NewDisposeScope();
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { HiddenLayers = 3, TieWordEmbeddings = tied, InitializerRange = 0.1 });
        Dictionary<string, Tensor> before = model.Weights().ToDictionary(weight => weight.Key, weight => weight.Value.clone(), StringComparer.Ordinal);
        model.TrainLastLayers(1);
        var trainer = new CausalLanguageModelTrainer(model, Training);
        int[][] heldOut = CountingTask.Sequences(8, length: 12, seed: 1);
        double lossBefore = trainer.Loss(heldOut, Token);

        trainer.Train(CountingTask.Sequences(120, length: 12, seed: 0), cancellationToken: Token);

        Assert.InRange(trainer.Loss(heldOut, Token), 0, lossBefore - 0.3);
        foreach ((string name, Tensor weight) in model.Weights())
        {
            bool trained = name.StartsWith("model.layers.2.", StringComparison.Ordinal) || name is "model.norm.weight" or "lm_head.weight";
            Assert.True(trained == weight.ne(before[name]).any().ToBoolean(), name);
        }
    }

    [Fact]
    public void Backward_DoesNotReachFrozenLayers_WhichKeepNothingForIt()
    {
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { HiddenLayers = 4, TieWordEmbeddings = true });
        model.TrainLastLayers(1);
        Dictionary<int, bool> recorded = [];

        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = model.HiddenStates(new TokenBatch([new[] { 1, 2, 3 }]), (layer, state) => recorded[layer] = state.requires_grad);
        hidden.sum().backward();

        Assert.Equal([false, false, false, false, true], Enumerable.Range(0, 5).Select(layer => recorded[layer]));
        Assert.All(model.Parameters, parameter => Assert.Equal(parameter.requires_grad, parameter.grad is not null));
        Assert.All(model.TrainableParameters, named => Assert.Matches(@"^model\.(layers\.3\.|norm\.)", named.Name));
    }

    [Fact]
    public void Backward_OfAnAdapter_StopsAtTheFirstAdaptedLayer()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, new LoraOptions { TargetModules = ["down_proj"] });
        adapter.Attach(model);
        using DisposeScope scope = NewDisposeScope();

        model.HiddenStates(new TokenBatch([new[] { 1, 2, 3 }])).sum().backward();

        Assert.All(model.Parameters, parameter => Assert.Null(parameter.grad));
        Assert.All(adapter.Parameters.Values, parameter => Assert.NotNull(parameter.grad));
    }

    [Fact]
    public void TrainAll_TrainsEveryWeightAgain()
    {
        using CausalLanguageModel model = TinyModel.Create();
        model.TrainLastLayers(1);

        model.TrainAll();

        Assert.Equal(model.Parameters.Count, model.TrainableParameters.Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void TrainLastLayers_OfANumberThatIsNotThere_SaysHowManyThereAre(int count)
    {
        using CausalLanguageModel model = TinyModel.Create();

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.TrainLastLayers(count));

        Assert.Contains("The model has 2 layers", error.Message, StringComparison.Ordinal);
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class RecomputeActivationsTests
{
    private static readonly TrainingOptions Options = new() { Epochs = 1, ContextLength = 32, TokensPerBatch = 128, LearningRate = 0.01, GradientAccumulation = 2 };

    [Theory]
    [InlineData(ComputePrecision.Float32, true)]
    [InlineData(ComputePrecision.Float32, false)]
    [InlineData(ComputePrecision.BFloat16, true)]
    public void Train_GivesTheSameWeights(ComputePrecision precision, bool tied) =>
        Assert.Equal(Trained(precision, tied, recompute: false), Trained(precision, tied, recompute: true));

    [Fact]
    public void Train_OfTheLastLayers_GivesTheSameWeights() =>
        Assert.Equal(
            Trained(ComputePrecision.Float32, tied: true, recompute: false, prepare: model => model.TrainLastLayers(1)),
            Trained(ComputePrecision.Float32, tied: true, recompute: true, prepare: model => model.TrainLastLayers(1)));

    [Fact]
    public void Train_OfAnAdapterWithDropout_GivesTheSameWeights()
    {
        Assert.Equal(Adapted(recompute: false), Adapted(recompute: true));

        static float[] Adapted(bool recompute)
        {
            using CausalLanguageModel model = CountingTask.Model();
            using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, new LoraOptions { Rank = 4, Dropout = 0.2 });
            adapter.Attach(model);
            Train(model, Options with { RecomputeActivations = recompute });
            return [.. adapter.Parameters.Values.SelectMany(parameter => parameter.data<float>().ToArray())];
        }
    }

    private static float[] Trained(ComputePrecision precision, bool tied, bool recompute, Action<CausalLanguageModel>? prepare = null)
    {
        using CausalLanguageModel model = CausalLanguageModel.Create(CountingTask.Configuration with { TieWordEmbeddings = tied, HiddenLayers = 3 }, seed: 1);
        prepare?.Invoke(model);
        Train(model, Options with { Precision = precision, RecomputeActivations = recompute });
        return [.. model.Parameters.SelectMany(parameter => parameter.data<float>().ToArray())];
    }

    private static void Train(CausalLanguageModel model, TrainingOptions options) =>
        new CausalLanguageModelTrainer(model, options).Train(CountingTask.Sequences(40, length: 50, seed: 0), cancellationToken: TestContext.Current.CancellationToken);
}

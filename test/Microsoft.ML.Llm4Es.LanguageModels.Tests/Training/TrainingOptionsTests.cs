namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TrainingOptionsTests
{
    public static TheoryData<string, Func<TrainingOptions>> OutOfRange => new()
    {
        { "Epochs", () => new TrainingOptions { Epochs = 0 } },
        { "MaxTokens", () => new TrainingOptions { MaxTokens = 0 } },
        { "TokensPerBatch", () => new TrainingOptions { TokensPerBatch = -1 } },
        { "GradientAccumulation", () => new TrainingOptions { GradientAccumulation = 0 } },
        { "ContextLength", () => new TrainingOptions { ContextLength = 0 } },
        { "LearningRate", () => new TrainingOptions { LearningRate = 0 } },
        { "LearningRate", () => new TrainingOptions { LearningRate = double.NaN } },
        { "LearningRate", () => new TrainingOptions { LearningRate = double.PositiveInfinity } },
        { "Schedule", () => new TrainingOptions { Schedule = (LearningRateSchedule)7 } },
        { "WarmupFraction", () => new TrainingOptions { WarmupFraction = 1.01 } },
        { "WarmupSteps", () => new TrainingOptions { WarmupSteps = -1 } },
        { "AdamBeta1", () => new TrainingOptions { AdamBeta1 = 1 } },
        { "AdamBeta2", () => new TrainingOptions { AdamBeta2 = -0.1 } },
        { "AdamEpsilon", () => new TrainingOptions { AdamEpsilon = 0 } },
        { "WeightDecay", () => new TrainingOptions { WeightDecay = -1e-9 } },
        { "MaxGradientNorm", () => new TrainingOptions { MaxGradientNorm = 0 } },
        { "Precision", () => new TrainingOptions { Precision = (ComputePrecision)9 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void Setter_RefusesValueOutOfRange(string property, Func<TrainingOptions> create)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(create);
        Assert.Equal(property, error.ParamName);
        Assert.NotNull(error.ActualValue);
        Assert.Contains($"{property} must be", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Defaults_AreThoseOfThePaper()
    {
        var options = new TrainingOptions();
        Assert.Equal((1e-5, 0.9, 0.95, 1e-5, 1e-6, 1.0), (options.LearningRate, options.AdamBeta1, options.AdamBeta2, options.AdamEpsilon, options.WeightDecay, options.MaxGradientNorm));
        Assert.Equal((2, LearningRateSchedule.Cosine), (options.Epochs, options.Schedule));
    }
}

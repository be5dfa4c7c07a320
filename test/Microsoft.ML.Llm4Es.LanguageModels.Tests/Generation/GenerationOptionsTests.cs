namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class GenerationOptionsTests
{
    public static TheoryData<string, Func<object>> OutOfRange => new()
    {
        { "MaxNewTokens", () => new GenerationOptions { MaxNewTokens = 0 } },
        { "ContextLength", () => new GenerationOptions { ContextLength = 0 } },
        { "RepetitionPenalty", () => new GenerationOptions { RepetitionPenalty = 0 } },
        { "RepetitionPenalty", () => new GenerationOptions { RepetitionPenalty = double.NaN } },
        { "Temperature", () => new SamplingOptions { Temperature = 0 } },
        { "Temperature", () => new SamplingOptions { Temperature = double.PositiveInfinity } },
        { "TopK", () => new SamplingOptions { TopK = 0 } },
        { "TopP", () => new SamplingOptions { TopP = 0 } },
        { "TopP", () => new SamplingOptions { TopP = 1.01 } },
        { "TopP", () => new SamplingOptions { TopP = double.NaN } },
        { "MinP", () => new SamplingOptions { MinP = -0.1 } },
        { "MinP", () => new SamplingOptions { MinP = 1.1 } },
        { "MaxTokens", () => new LanguageModelEmbeddingOptions { MaxTokens = 0 } },
        { "TokensPerBatch", () => new LanguageModelEmbeddingOptions { TokensPerBatch = 0 } },
    };

    [Theory]
    [MemberData(nameof(OutOfRange), DisableDiscoveryEnumeration = true)]
    public void Setters_RefuseWhatIsOutOfRange_ByName(string property, Func<object> make) =>
        Assert.Equal(property, Assert.Throws<ArgumentOutOfRangeException>(make).ParamName);

    [Fact]
    public void StopStrings_RefuseEmptyOnes()
    {
        Assert.Throws<ArgumentException>(() => new GenerationOptions { StopStrings = ["a", ""] });
        Assert.Throws<ArgumentNullException>(() => new GenerationOptions { StopStrings = null! });
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class SeededDropoutTests
{
    [Theory]
    [InlineData(0.05, ScalarType.Float32)]
    [InlineData(0.5, ScalarType.BFloat16)]
    [InlineData(0.9, ScalarType.Float32)]
    public void Apply_ZeroesTheShare_AndKeepsTheMean(double probability, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        // No multiple of four, by which bits are drawn.
        Tensor x = ones([333, 301], type);

        float[] values = new SeededDropout(probability, seed: 1).Apply(x, place: 0).to(ScalarType.Float32).data<float>().ToArray();

        float kept = ones(1, type).mul(1 / (1 - probability)).to(ScalarType.Float32).item<float>();
        Assert.All(values, value => Assert.True(value == 0 || value == kept, $"{value}"));
        // Four standard deviations.
        double deviation = 4 * Math.Sqrt(probability * (1 - probability) / values.Length);
        Assert.InRange(values.Count(value => value == 0) / (double)values.Length, probability - deviation, probability + deviation);
    }

    [Fact]
    public void Apply_DrawsOtherwiseAtEachPlaceAndSeed()
    {
        Assert.Equal(Draw(seed: 1, place: 0), Draw(seed: 1, place: 0));
        Assert.NotEqual(Draw(seed: 1, place: 0), Draw(seed: 1, place: 1));
        Assert.NotEqual(Draw(seed: 1, place: 0), Draw(seed: 2, place: 0));

        static float[] Draw(int seed, int place)
        {
            using DisposeScope scope = NewDisposeScope();
            return new SeededDropout(0.5, seed).Apply(ones(64), place).data<float>().ToArray();
        }
    }

    [Fact]
    public void Apply_WithoutGradients_ReturnsTheInputItself()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        Tensor x = ones(4);

        Assert.Same(x, new SeededDropout(0.5, seed: 1).Apply(x, place: 0));
    }
}

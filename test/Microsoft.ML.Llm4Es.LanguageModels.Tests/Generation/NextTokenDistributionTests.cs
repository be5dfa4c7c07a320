using System.Globalization;
using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed partial class NextTokenDistributionTests
{
    private const string Suffix = ".probabilities";

    private static readonly Gen<float[]> Logits = Gen.Float[-8, 8].Array[1, 60];

    public static TheoryData<string> Processors
    {
        get
        {
            string? path = ReferenceData.Reference is { } reference ? Path.Combine(reference, "sampling", "processors.safetensors") : null;
            if (!File.Exists(path)) return ["top_k5"];
            return [.. new ExpectedTensors(path).Names.Where(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Select(name => name[..^Suffix.Length]).Order(StringComparer.Ordinal)];
        }
    }

    [Theory]
    [Trait("Category", "Reference")]
    [MemberData(nameof(Processors))]
    public void ToProbabilities_EqualsTransformers(string name)
    {
        ExpectedTensors tensors = new(ReferenceData.Require(ReferenceData.Reference, "sampling", "processors.safetensors"));
        bool tied = name.StartsWith("tied", StringComparison.Ordinal);
        int vocabulary = (int)tensors.Shape(name + Suffix)[1];
        float[][] logits = [.. tensors.Floats(tied ? "tied_logits" : "logits").data<float>().ToArray().Chunk(vocabulary)];
        float[][] expected = [.. tensors.Floats(name + Suffix).data<float>().ToArray().Chunk(vocabulary)];
        int[][] previous = [.. tensors.Integers("previous_ids").Select(id => (int)id).Chunk((int)tensors.Shape("previous_ids")[1])];
        (SamplingOptions options, double penalty) = Parse(name);

        for (int row = 0; row < logits.Length; row++)
        {
            NextTokenDistribution.Penalize(logits[row], previous[row].Distinct(), penalty);
            NextTokenDistribution.ToProbabilities(logits[row], options);
            Assert.Equal(expected[row].Select(probability => probability > 0), logits[row].Select(probability => probability > 0));
            for (int token = 0; token < vocabulary; token++) Assert.Equal(expected[row][token], logits[row][token], 2e-6f);
        }
    }

    [Fact]
    public void ToProbabilities_WithTopK_KeepsTheLargestAndTheirEquals() => Gen.Select(Logits, Gen.Int[1, 70]).Sample((logits, count) =>
    {
        float[] probabilities = [.. logits];
        NextTokenDistribution.ToProbabilities(probabilities, new() { TopK = count });
        float threshold = logits.OrderDescending().ElementAt(Math.Min(count, logits.Length) - 1);
        return logits.Select(logit => logit >= threshold).SequenceEqual(probabilities.Select(probability => probability > 0));
    });

    [Fact]
    public void ToProbabilities_WithTopP_KeepsTheFewestThatAreEnough() => Gen.Select(Logits, Gen.Double[0.01, 0.99]).Sample((logits, wanted) =>
    {
        float[] all = [.. logits];
        float[] kept = [.. logits];
        NextTokenDistribution.ToProbabilities(all, new());
        NextTokenDistribution.ToProbabilities(kept, new() { TopP = wanted });
        double[] shares = [.. all.Where((_, token) => kept[token] > 0).Select(share => (double)share)];
        const double Rounding = 1e-5;
        return shares.Sum() >= wanted - Rounding && shares.Sum() - shares.Min() <= wanted + Rounding;
    });

    [Fact]
    public void ToProbabilities_SumToOne() => Gen.Select(Logits, Gen.Double[0.1, 3], Gen.Double[0.01, 1], Gen.Double[0, 1]).Sample((logits, temperature, topP, minP) =>
    {
        NextTokenDistribution.ToProbabilities(logits, new() { Temperature = temperature, TopP = topP, MinP = minP });
        return Math.Abs(logits.Sum() - 1) < 1e-4;
    });

    /// <summary>Reads names such as repetition1.2_temperature0.6_top_k12_top_p0.8.</summary>
    private static (SamplingOptions Options, double Penalty) Parse(string name)
    {
        SamplingOptions options = new();
        double penalty = 1;
        foreach (Match match in Setting().Matches(name))
        {
            double value = double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
            switch (match.Groups["name"].Value)
            {
                case "repetition": penalty = value; break;
                case "temperature": options = options with { Temperature = value }; break;
                case "top_k": options = options with { TopK = (int)value }; break;
                case "top_p": options = options with { TopP = value }; break;
                case "min_p": options = options with { MinP = value }; break;
            }
        }

        return (options, penalty);
    }

    [GeneratedRegex(@"(?<name>repetition|temperature|top_k|top_p|min_p)(?<value>[0-9.]+)")]
    private static partial Regex Setting();
}

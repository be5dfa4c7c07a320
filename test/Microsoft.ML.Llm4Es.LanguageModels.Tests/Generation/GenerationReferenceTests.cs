using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Against what transformers generates.</summary>
[Trait("Category", "Reference")]
public sealed class GenerationReferenceTests
{
    public static TheoryData<string, string> Cases => [.. GenerationCase.All];

    public static TheoryData<string, string> CasesWithLogits => [.. GenerationCase.All.Where(found => ReferenceData.Reference is null || Logits(found.Model).Names.Contains($"{found.Case}.step_logits"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Generate_Greedily_EqualsTransformers(string model, string name)
    {
        GenerationCase expected = GenerationCase.Load(model, name);
        using ReferenceModel reference = new(model);
        GenerationOptions options = new() { MaxNewTokens = expected.MaxNewTokens, StopTokenIds = expected.EndIds };

        foreach (int batchSize in new[] { 1, 2, 16 })
        {
            IReadOnlyList<GeneratedTokens> generated = new TokenGenerator(reference.Model) { BatchSize = batchSize }.Generate(expected.Prompts, options, cancellationToken: TestContext.Current.CancellationToken);

            Assert.Equal(expected.NewTokens, generated.Select(row => row.TokenIds));
            FinishReason reason = expected.EndIds.Length > 0 ? FinishReason.StopToken : FinishReason.Length;
            Assert.All(generated, row => Assert.Equal(reason, row.FinishReason));
        }
    }

    [Theory]
    [MemberData(nameof(CasesWithLogits))]
    public void NextTokenLogits_OfEveryStep_EqualTransformers(string model, string name)
    {
        GenerationCase expected = GenerationCase.Load(model, name);
        using ReferenceModel reference = new(model);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        Tensor logits = Logits(model)[$"{name}.step_logits"];
        using KeyValueCache cache = new(reference.Model.Configuration, ScalarType.Float32, CPU);
        for (int step = 0; step < expected.NewTokens[0].Length && !reference.Model.DependsOnLength(expected.Prompts[0].Length + step); step++)
        {
            IEnumerable<int[]> rows = step == 0 ? expected.Prompts : expected.NewTokens.Select(tokens => tokens[(step - 1)..step]);
            using CachePass pass = step == 0 ? cache.Append([.. expected.Prompts.Select(prompt => prompt.Length)]) : cache.Advance();
            Tensor actual = reference.Model.NextTokenLogits(new([.. rows.Select(row => (ReadOnlyMemory<int>)row)]), pass);
            TrainingCase.AssertClose(logits[.., step], actual, ReferenceModel.Absolute, ReferenceModel.Relative, $"step {step}");
        }
    }

    private static ExpectedTensors Logits(string model) => new(ReferenceData.Require(ReferenceData.Reference, "models", model, "generate.safetensors"));
}

using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TokenGeneratorTests
{
    private static readonly Gen<int[]> Prompts = Gen.Int[0, TinyModel.Configuration.VocabularySize - 1].Array[1, 12];

    /// <summary>Models that keep keys in different ways: all of them, those of a window that is smaller than the rows, or none once a row is long.</summary>
    public static TheoryData<string> Shapes => ["llama", "window", "windows in some layers", "dynamic", "query and key norms"];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Generate_GivesARowWhatItGivesAlone(string shape)
    {
        using CausalLanguageModel model = TinyModel.Create(seed: 3, Shape(shape));
        Gen.Select(Prompts.Array[1, 7], Gen.Int[1, 5], Gen.Int[0, 1000]).Sample(
            (prompts, batchSize, seed) =>
            {
                // Tokens that end texts make rows leave at different times.
                GenerationOptions options = new() { MaxNewTokens = 14, StopTokenIds = [4, 9], Sampling = seed % 2 == 0 ? null : new() { Seed = seed, TopK = 12 } };
                IReadOnlyList<GeneratedTokens> together = Generate(model, prompts, options, batchSize);
                IReadOnlyList<GeneratedTokens> oneByOne = Generate(model, prompts, options, batchSize: 1);

                for (int row = 0; row < prompts.Length; row++)
                {
                    Assert.Equal(oneByOne[row].TokenIds, together[row].TokenIds);
                    Assert.Equal(oneByOne[row].FinishReason, together[row].FinishReason);
                }
            },
            iter: 12,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Generate_WithACache_EqualsTheWholeRowComputedForEachToken(string shape)
    {
        using CausalLanguageModel model = TinyModel.Create(seed: 3, Shape(shape));
        int[] prompt = [5, 1, 7];
        using IDisposable noGradients = TorchSharp.torch.no_grad();

        IReadOnlyList<int> generated = Generate(model, [prompt], new() { MaxNewTokens = 20 })[0].TokenIds;

        List<int> row = [.. prompt];
        foreach (int token in generated)
        {
            using TorchSharp.torch.Tensor logits = model.NextTokenLogits(new([row.ToArray()]));
            Assert.Equal(logits.argmax(-1).item<long>(), token);
            row.Add(token);
        }
    }

    [Fact]
    public void Generate_BeyondABlockOfTheCache_EqualsTheWholeRow()
    {
        using CausalLanguageModel model = TinyModel.Create(seed: 5);
        int[][] prompts = [[1, 2, 3], [.. Enumerable.Range(0, 250).Select(i => i * i % 32)]];

        GeneratedTokens[] generated = [.. Generate(model, prompts, new() { MaxNewTokens = 12 })];

        using IDisposable noGradients = TorchSharp.torch.no_grad();
        foreach ((int[] prompt, GeneratedTokens row) in prompts.Zip(generated))
        {
            int[] allButLast = [.. prompt, .. row.TokenIds.SkipLast(1)];
            using TorchSharp.torch.Tensor logits = model.NextTokenLogits(new([allButLast]));
            Assert.Equal(logits.argmax(-1).item<long>(), row.TokenIds[^1]);
        }
    }

    [Fact]
    public void Generate_WithASeed_RepeatsItself_AndDiffersWithAnother()
    {
        using CausalLanguageModel model = TinyModel.Create();
        int[][] prompts = [[1, 2], [1, 2], [3]];

        int[][] Draw(long? seed) => [.. Generate(model, prompts, new() { MaxNewTokens = 30, Sampling = new() { Temperature = 2, Seed = seed } }).Select(row => row.TokenIds.ToArray())];

        int[][] first = Draw(7);
        Assert.Equal(first, Draw(7));
        Assert.NotEqual(first, Draw(8));
        Assert.NotEqual(first[0], first[1]);
        Assert.NotEqual(Draw(null), Draw(null));
    }

    [Fact]
    public void Generate_WithARepetitionPenaltyThatForbidsRepetition_DoesNotRepeat()
    {
        using CausalLanguageModel model = TinyModel.Create();
        int[] generated = [.. Generate(model, [[1, 2, 3]], new() { MaxNewTokens = 25, RepetitionPenalty = 1e6 })[0].TokenIds];

        // The penalty takes positive logits to nothing and negative ones far down, so that what is new comes first.
        Assert.Equal(generated.Length, generated.Distinct().Count());
        Assert.DoesNotContain(generated, token => token is 1 or 2 or 3);
    }

    [Fact]
    public void Generate_EndsAtStopTokensAndLengths()
    {
        using CausalLanguageModel model = TinyModel.Create();
        int[] prompt = [1, 2, 3];
        IReadOnlyList<int> all = Generate(model, [prompt], new() { MaxNewTokens = 10, StopTokenIds = [] })[0].TokenIds;
        Assert.Equal(10, all.Count);

        GeneratedTokens stopped = Generate(model, [prompt], new() { MaxNewTokens = 10, StopTokenIds = [all[2]] })[0];
        Assert.Equal(all.Take(all.ToList().IndexOf(all[2]) + 1), stopped.TokenIds);
        Assert.Equal(FinishReason.StopToken, stopped.FinishReason);

        GeneratedTokens atContext = Generate(model, [prompt], new() { MaxNewTokens = 10, ContextLength = 8, StopTokenIds = [] })[0];
        Assert.Equal(all.Take(5), atContext.TokenIds);
        Assert.Equal(FinishReason.Length, atContext.FinishReason);
        Assert.Equal(3, atContext.PromptTokenCount);
    }

    [Fact]
    public void Generate_RefusesPromptsThatDoNotFit()
    {
        using CausalLanguageModel model = TinyModel.Create();
        Assert.Contains("context of 4", Assert.Throws<ArgumentException>(() => Generate(model, [[1], [1, 2, 3, 4]], new() { ContextLength = 4 })).Message);
        Assert.Contains("no tokens", Assert.Throws<ArgumentException>(() => Generate(model, [[]])).Message);
        Assert.Contains("vocabulary of 32", Assert.Throws<ArgumentException>(() => Generate(model, [[32]])).Message);
        Assert.Contains(nameof(TextGenerator), Assert.Throws<ArgumentException>(() => Generate(model, [[1]], new() { StopStrings = ["a"] })).Message);
        Assert.Empty(Generate(model, []));
    }

    [Fact]
    public void Generate_ReportsProgress_AndEndsWhenCancelled()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using CancellationTokenSource cancellation = new();
        List<GenerationProgress> reports = [];
        Collector progress = new(report =>
        {
            reports.Add(report);
            if (report.FinishedPrompts == 2) cancellation.Cancel();
        });

        Assert.Throws<OperationCanceledException>(() =>
            new TokenGenerator(model) { BatchSize = 1 }.Generate([[1], [2], [3]], new() { MaxNewTokens = 4, StopTokenIds = [] }, progress, cancellation.Token));

        Assert.Equal(Enumerable.Range(1, 8).Select(tokens => (long)tokens), reports.Select(report => report.GeneratedTokens));
        Assert.Equal([0, 0, 0, 1, 1, 1, 1, 2], reports.Select(report => report.FinishedPrompts));
        Assert.All(reports, report => Assert.True(report.TokensPerSecond > 0));
    }

    private static IReadOnlyList<GeneratedTokens> Generate(CausalLanguageModel model, int[][] prompts, GenerationOptions? options = null, int batchSize = 16) =>
        new TokenGenerator(model) { BatchSize = batchSize }.Generate(prompts, options, cancellationToken: TestContext.Current.CancellationToken);

    private static LanguageModelConfiguration Shape(string shape) => shape switch
    {
        "window" => TinyModel.Configuration with { Architecture = LanguageModelArchitecture.Mistral, SlidingWindow = 5 },
        "windows in some layers" => TinyModel.Configuration with { Architecture = LanguageModelArchitecture.Qwen2, SlidingWindow = 5, SlidingLayers = [false, true] },
        "dynamic" => TinyModel.Configuration with { MaxPositions = 10, RotaryEmbedding = new() { Type = RotaryEmbeddingType.Dynamic, Factor = 4 }, HeadDimension = 4 },
        "query and key norms" => TinyModel.Configuration with { Architecture = LanguageModelArchitecture.Qwen3 },
        _ => TinyModel.Configuration,
    };

    private sealed class Collector(Action<GenerationProgress> report) : IProgress<GenerationProgress>
    {
        public void Report(GenerationProgress value) => report(value);
    }
}

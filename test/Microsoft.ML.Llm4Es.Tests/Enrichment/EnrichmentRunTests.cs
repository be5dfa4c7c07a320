using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class EnrichmentRunTests
{
    private const string Source = "category|amount\nFuel, 40\nFood, 18.75";
    private const string Faithful = "Fuel for 40, food for 18.75";
    private const string Wrong = "Fuel for 41, food for 19, and 100 for a car";

    [Fact]
    public async Task Run_KeepsFaithfulVariants()
    {
        var run = new EnrichmentRun(new ScriptedEnricher(request => $"Retold: {request.Text}"), variants: 2);

        List<EnrichedText> enriched = await RunAsync(run, [Source, "amount\n5"]);

        Assert.Equal([(0, 0), (0, 1), (1, 0), (1, 1)], enriched.Select(item => (item.Source, item.Variant)).Order());
        Assert.All(enriched, item => Assert.Equal((EnrichmentOutcome.Kept, 1, 1d), (item.Outcome, item.Attempts, item.Faithfulness!.Score)));
        Assert.Equal((4, 4, 0, 40, 12, 2m), (run.Totals.Kept, run.Totals.Done, run.Totals.Retried, run.Totals.InputTokens, run.Totals.OutputTokens, run.Totals.Cost));
    }

    [Fact]
    public async Task Run_WritesUnfaithfulVariantsAgain()
    {
        var run = new EnrichmentRun(new ScriptedEnricher(request => request.Attempt < 2 ? Wrong : Faithful), variants: 1);

        EnrichedText enriched = Assert.Single(await RunAsync(run, [Source]));

        Assert.Equal((Faithful, EnrichmentOutcome.Kept, 3), (enriched.Text, enriched.Outcome, enriched.Attempts));
        Assert.Equal((30, 9), (enriched.InputTokens, enriched.OutputTokens));
        Assert.Equal((1, 2), (run.Totals.Kept, run.Totals.Retried));
    }

    [Fact]
    public async Task Run_WhoseBudgetEndsBeforeARetry_CountsNone()
    {
        var run = new EnrichmentRun(new ScriptedEnricher(_ => Wrong) { Budget = 1 }, variants: 1);

        EnrichedText enriched = Assert.Single(await RunAsync(run, [Source]));

        Assert.Equal((EnrichmentOutcome.Unanswered, 1), (enriched.Outcome, run.Totals.Unanswered));
        Assert.Equal((0, 10), (run.Totals.Retried, run.Totals.InputTokens));
    }

    [Theory]
    [InlineData(UnfaithfulVariant.Drop, EnrichmentOutcome.Dropped)]
    [InlineData(UnfaithfulVariant.Repair, EnrichmentOutcome.Repaired)]
    [InlineData(UnfaithfulVariant.Keep, EnrichmentOutcome.KeptUnfaithful)]
    public async Task Run_OfWhatStaysUnfaithful_DoesWhatTheOptionsSay(UnfaithfulVariant unfaithful, EnrichmentOutcome expected)
    {
        var enricher = new ScriptedEnricher(_ => Wrong);
        var run = new EnrichmentRun(enricher, variants: 1, new EnrichDescriptionsOptions { Unfaithful = unfaithful, MaxRetries = 1 });

        EnrichedText enriched = Assert.Single(await RunAsync(run, [Source]));

        Assert.Equal((expected, 2, 2), (enriched.Outcome, enriched.Attempts, enricher.Requests.Count));
        Assert.InRange(enriched.Faithfulness!.Score, 0, 0.5);
        Assert.Equal(unfaithful == UnfaithfulVariant.Keep ? Wrong : unfaithful == UnfaithfulVariant.Repair ? new ReformatEnricher().Reformat(Source, 0) : null, enriched.Text);
    }

    [Fact]
    public async Task Run_OfAnAnswerWithoutText_DropsIt()
    {
        var run = new EnrichmentRun(new ScriptedEnricher(_ => null), variants: 1, new EnrichDescriptionsOptions { Unfaithful = UnfaithfulVariant.Keep });

        EnrichedText enriched = Assert.Single(await RunAsync(run, [Source]));

        Assert.Equal((null, EnrichmentOutcome.Dropped, 3, null), (enriched.Text, enriched.Outcome, enriched.Attempts, enriched.Faithfulness));
    }

    [Fact]
    public async Task Run_WithoutAThreshold_TakesAll()
    {
        var run = new EnrichmentRun(new ScriptedEnricher(_ => Wrong), variants: 1, new EnrichDescriptionsOptions { MinFaithfulness = 0 });

        Assert.Equal(EnrichmentOutcome.Kept, Assert.Single(await RunAsync(run, [Source])).Outcome);
    }

    [Fact]
    public async Task Run_WhoseEnricherStopsEarly_TellsWhatIsUnanswered()
    {
        var progress = new List<EnrichmentProgress>();
        var run = new EnrichmentRun(new ScriptedEnricher(_ => Faithful) { Budget = 2 }, variants: 5, new EnrichDescriptionsOptions { Progress = new Listener(progress.Add) });

        List<EnrichedText> enriched = await RunAsync(run, [Source]);

        Assert.Equal((2, 3), (run.Totals.Kept, run.Totals.Unanswered));
        Assert.Equal(3, enriched.Count(item => item.Text is null && item.Outcome == EnrichmentOutcome.Unanswered));
        Assert.Equal([1, 2, 3, 4, 5], progress.Select(item => item.Totals.Done));
        Assert.All(progress, item => Assert.Equal(5, item.Variants));
        Assert.Equal(TimeSpan.Zero, progress[^1].Remaining);
    }

    [Fact]
    public async Task Run_ComparesWithWhatTheEnricherWasShown()
    {
        var run = new EnrichmentRun(new RedactingEnricher(), variants: 1);

        Assert.Equal(EnrichmentOutcome.Kept, Assert.Single(await RunAsync(run, ["name|amount\nIlse Example, 40"])).Outcome);
    }

    [Fact]
    public async Task Run_OfTextsThatAreTheSame_SaysWhich() =>
        Assert.Contains("The texts 0 and 2 are the same", (await Assert.ThrowsAsync<ArgumentException>(() =>
            RunAsync(new EnrichmentRun(new ReformatEnricher(), 1), [Source, "a\n1", Source]))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Run_OfAnEnricherThatAnswersTwice_NamesIt()
    {
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(new EnrichmentRun(new TwiceEnricher(), 1), [Source]));

        Assert.Contains("TwiceEnricher answered a request that was not made, or one twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_ValidateWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnrichDescriptionsOptions { MinFaithfulness = 1.1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnrichDescriptionsOptions { MinFaithfulness = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnrichDescriptionsOptions { MaxRetries = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnrichDescriptionsOptions { Unfaithful = (UnfaithfulVariant)7 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new EnrichmentRun(new ReformatEnricher(), 0));
    }

    private static async Task<List<EnrichedText>> RunAsync(EnrichmentRun run, string[] texts)
    {
        var enriched = new List<EnrichedText>();
        await foreach (EnrichedText item in run.RunAsync(texts, TestContext.Current.CancellationToken)) enriched.Add(item);
        return enriched;
    }

    private sealed class Listener(Action<EnrichmentProgress> report) : IProgress<EnrichmentProgress>
    {
        public void Report(EnrichmentProgress value) => report(value);
    }

    private sealed class RedactingEnricher : Enricher
    {
        public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            foreach (EnrichmentRequest request in requests)
                yield return new EnrichmentResponse(request, "a client spent 40") { Source = request.Text.Replace("Ilse Example", "client", StringComparison.Ordinal) };
        }
    }

    private sealed class TwiceEnricher : Enricher
    {
        public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new EnrichmentResponse(requests[0], requests[0].Text);
            yield return new EnrichmentResponse(requests[0], requests[0].Text);
        }
    }
}

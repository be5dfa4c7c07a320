using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class EnrichDescriptionsTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Transform_AppendsAVectorOfVariants()
    {
        IDataView rows = Rows("amount\n1", "amount\n2", "", "amount\n1");

        IDataView enriched = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(request => $"{request.Text} / {request.Variant}"), variants: 2).Fit(rows).Transform(rows);

        Assert.Equal(
            [["amount\n1 / 0", "amount\n1 / 1"], ["amount\n2 / 0", "amount\n2 / 1"], ["", ""], ["amount\n1 / 0", "amount\n1 / 1"]],
            enriched.GetColumn<string[]>("Enriched"));
    }

    [Fact]
    public void Schema_IsWhatWasPromised()
    {
        IDataView rows = Rows("amount\n1");
        EnrichDescriptionsEstimator estimator = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(), variants: 3);

        DataViewSchema delivered = estimator.Fit(rows).Transform(rows).Schema;

        Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(delivered)), SchemaShapes.Describe(estimator.GetOutputSchema(SchemaShapes.Of(rows.Schema))));
        Assert.Equal(3, Assert.IsType<VectorDataViewType>(delivered["Enriched"].Type).Size);
    }

    [Fact]
    public void Fit_OnAMissingColumn_SaysWhatThereIs()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EnrichDescriptions("Enriched", "Nothing", new ReformatEnricher()).Fit(Rows("a\n1")));

        Assert.Contains("'Nothing' was not found. The data has: Text", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(), variants: 0));
    }

    [Fact]
    public void Fit_AsksOnceForEachDistinctText_AndReadingAsksNothing()
    {
        var enricher = new ScriptedEnricher(request => request.Text);
        IDataView rows = Rows("amount\n1", "amount\n1", " ", "amount\n2");

        EnrichDescriptionsTransformer transformer = _ml.Transforms.EnrichDescriptions("Enriched", "Text", enricher, variants: 2).Fit(rows);
        int asked = enricher.Requests.Count;
        for (int pass = 0; pass < 3; pass++) Assert.Equal(4, transformer.Transform(rows).GetColumn<string[]>("Enriched").Count());

        Assert.Equal((4, 4), (asked, enricher.Requests.Count));
        Assert.Equal((4, 4), (transformer.Totals!.Kept, transformer.Totals.Done));
    }

    [Fact]
    public void Fit_LogsTotalsAndNoText()
    {
        var lines = new List<string>();
        _ml.Log += (_, message) => lines.Add(message.RawMessage);
        const string Secret = "name|amount\nIlse Example, 40";

        _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(request => request.Variant == 0 ? request.Text : "Ilse"), variants: 2).Fit(Rows(Secret));

        Assert.Contains(lines, line => line.Contains("1 variants kept, 0 kept unfaithful, 0 repaired, 1 dropped, 0 unanswered, 2 retries; 40 tokens read, 12 written, cost 2", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("Ilse", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_OfAnEnricherThatThrows_ThrowsTheSame()
    {
        var estimator = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(_ => throw new TimeoutException("too slow")));

        Assert.Equal("too slow", Assert.Throws<TimeoutException>(() => estimator.Fit(Rows("amount\n1"))).Message);
    }

    [Fact]
    public void Fit_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var enricher = new ScriptedEnricher(request =>
        {
            cancellation.Cancel();
            return request.Text;
        });
        var estimator = _ml.Transforms.EnrichDescriptions("Enriched", "Text", enricher, 1, new EnrichDescriptionsOptions { CancellationToken = cancellation.Token });

        Assert.ThrowsAny<OperationCanceledException>(() => estimator.Fit(Rows("amount\n1", "amount\n2", "amount\n3")));
        Assert.InRange(enricher.Requests.Count, 1, 2);
    }

    [Fact]
    public void Fit_WhereTheCallerHasASynchronizationContext_DoesNotWaitForIt()
    {
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new DeafContext());
        try
        {
            EnrichDescriptionsTransformer transformer = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(request => request.Text)).Fit(Rows("amount\n1"));
            Assert.Equal(1, transformer.Totals!.Kept);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    [Fact]
    public void Reformat_WritesNothingBeforeItIsRead()
    {
        IDataView rows = Rows("a|b\n1");

        IDataView enriched = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(), variants: 2).Fit(rows).Transform(rows);

        Assert.Equal(["a|b\n1"], enriched.GetColumn<string>("Text"));
        Assert.Throws<FormatException>(() => enriched.GetColumn<string[]>("Enriched").ToArray());
    }

    private IDataView Rows(params string[] texts) => SmallJob.Texts(_ml, texts);

    /// <summary>A context whose thread is busy, as that of a window is while it calls Fit: what is posted to it never runs.</summary>
    private sealed class DeafContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}

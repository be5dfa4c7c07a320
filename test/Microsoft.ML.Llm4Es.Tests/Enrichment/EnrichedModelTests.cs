using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>Enrichment in a chain: tuned on, then never needed again.</summary>
public sealed class EnrichedModelTests
{
    private readonly MLContext _ml = new(seed: 3);

    [Fact]
    public void Scoring_NeverCallsTheEnricher()
    {
        bool fitting = true;
        var enricher = new ScriptedEnricher(request => fitting ? new ReformatEnricher().Reformat(request.Text, request.Variant) : throw new InvalidOperationException("called while scoring"));
        IDataView clients = SmallJob.Clients(_ml, 40), others = _ml.Data.SkipRows(SmallJob.Clients(_ml, 60), 40);
        ITransformer model = Chain(enricher, ["Text", "Enriched"]).Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression(nameof(CardClient.PlansAhead), "Embedding")).Fit(clients);
        fitting = false;

        float[] scores = [.. model.Transform(others).GetColumn<float>("Score")];
        ITransformer loaded = Reload(model, clients.Schema);
        float[] loadedScores = [.. loaded.Transform(others).GetColumn<float>("Score")];
        using PredictionEngine<History, Prediction> engine = _ml.Model.CreatePredictionEngine<History, Prediction>(loaded);

        Assert.Equal(20, scores.Length);
        Assert.Equal(scores, loadedScores);
        Assert.InRange(engine.Predict(new History { Time = [DateTime.UnixEpoch], Mcc = ["5411"], Amount = [-12] }).Probability, 0, 1);
        Assert.Equal(80, enricher.Requests.Count);
    }

    [Fact]
    public void Variants_AreTunedOn()
    {
        IDataView clients = SmallJob.Clients(_ml, 30);

        float[][] without = SmallJob.Vectors(Chain(new ReformatEnricher(), ["Text"]).Fit(clients).Transform(clients));
        float[][] with = SmallJob.Vectors(Chain(new ReformatEnricher(), ["Text", "Enriched"]).Fit(clients).Transform(clients));

        Assert.NotEqual(without[0], with[0]);
    }

    [Fact]
    public void SavedModel_WithVariantsOfAnEnricher_SaysWhyTheyAreNotThere()
    {
        IDataView rows = SmallJob.Texts(_ml, "amount\n1");
        EnrichDescriptionsTransformer fitted = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(request => request.Text)).Fit(rows);

        var loaded = Assert.IsType<EnrichDescriptionsTransformer>(Reload(fitted, rows.Schema));

        Assert.Equal(["amount\n1"], loaded.Transform(rows).GetColumn<string>("Text"));
        var error = Assert.Throws<InvalidOperationException>(() => loaded.Transform(rows).GetColumn<string[]>("Enriched").ToArray());
        Assert.Contains("'Enriched' is not in a loaded model", error.Message, StringComparison.Ordinal);
        Assert.Contains("Score without reading it", error.Message, StringComparison.Ordinal);
        Assert.Equal(("Enriched", "Text", 1, null), (loaded.OutputColumnName, loaded.InputColumnName, loaded.Variants, loaded.Totals));
    }

    [Fact]
    public void Transform_OfARowThatWasNotFitted_SaysWhy()
    {
        EnrichDescriptionsTransformer fitted = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ScriptedEnricher(request => request.Text)).Fit(SmallJob.Texts(_ml, "amount\n1"));

        var error = Assert.Throws<InvalidOperationException>(() => fitted.Transform(SmallJob.Texts(_ml, "amount\n2")).GetColumn<string[]>("Enriched").ToArray());

        Assert.Contains("this row's text is another", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void SavedModel_WithReformat_WritesTheSameVariants(bool synonyms)
    {
        IDataView rows = SmallJob.Texts(_ml, "amount|category\n1, Fuel\n2, Food", "amount|category\n3, Fuel");
        var options = new ReformatEnricherOptions { Seed = 9, Formats = [EventTextFormat.Yaml, EventTextFormat.Prose], ShuffleFields = false };
        if (synonyms) options.Synonyms = new Dictionary<string, IReadOnlyList<string>> { ["amount"] = ["money", "price"] };
        EnrichDescriptionsTransformer fitted = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(options), variants: 6).Fit(rows);

        ITransformer loaded = Reload(fitted, rows.Schema);

        string[][] expected = [.. fitted.Transform(rows).GetColumn<string[]>("Enriched")];
        Assert.Equal(expected, loaded.Transform(rows).GetColumn<string[]>("Enriched"));
        Assert.True(expected[0].Distinct().Count() > 3);
    }

    private EstimatorChain<FineTuneLlmEmbedderTransformer> Chain(Enricher enricher, string[] trainingTexts)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.TrainingTexts = [.. trainingTexts.Select(column => new TrainingText(column))];
        return _ml.Transforms.TextifyEvents("Text", new TextifyEventsOptions { Fields = SmallJob.Fields, MaxEvents = 10 })
            .Append(_ml.Transforms.EnrichDescriptions("Enriched", "Text", enricher, variants: 2))
            .Append(_ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options));
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private sealed class History
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Mcc { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float Probability { get; set; }
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class FineTuneLlmEmbedderTests
{
    private static readonly string[] Texts = [.. Enumerable.Range(0, 20).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, {(i % 2 == 0 ? "cinema" : "garage")}")];

    [Fact]
    public void Fit_AppendsAVectorOfTheModelsWidthForEachText()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = SmallJob.Texts(ml, Texts);
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(data);

        float[][] vectors = SmallJob.Vectors(embedder.Transform(data));

        Assert.Equal(Texts.Length, vectors.Length);
        Assert.All(vectors, vector => Assert.Equal(embedder.Dimension, vector.Length));
        Assert.All(vectors, vector => Assert.All(vector, value => Assert.True(float.IsFinite(value))));
        Assert.NotEqual(vectors[0], vectors[1]);
    }

    [Fact]
    public void Fit_WithTheSameSeed_GivesTheSameVectors()
    {
        Assert.Equal(Fit(seed: 3), Fit(seed: 3));
        Assert.NotEqual(Fit(seed: 3), Fit(seed: 4));

        static float[][] Fit(int seed)
        {
            var ml = new MLContext(seed);
            IDataView data = SmallJob.Texts(ml, Texts);
            using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(data);
            return SmallJob.Vectors(embedder.Transform(data));
        }
    }

    [Fact]
    public void Fit_LowersTheLossAndReportsEachStep()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.RawMessage);
        var reports = new List<TrainingProgress>();
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Progress = new Listener(reports.Add);

        ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, Texts)).Dispose();

        Assert.Equal(Enumerable.Range(1, reports[0].TotalSteps), reports.Select(report => report.Step));
        Assert.True(reports[^1].Loss < reports[0].Loss);
        Assert.Contains(log, line => line.Contains("step 1 of", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_WithTuningNone_TrainsNothing()
    {
        var ml = new MLContext(seed: 1);
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.None;
        options.Progress = new Listener(_ => Assert.Fail("nothing was to be trained"));

        ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, Texts)).Dispose();
    }

    [Fact]
    public void Fit_Cancelled_Throws()
    {
        var ml = new MLContext(seed: 1);
        using var source = new CancellationTokenSource();
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.CancellationToken = source.Token;
        options.Progress = new Listener(_ => source.Cancel());

        Assert.ThrowsAny<OperationCanceledException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, Texts)));
    }

    [Fact]
    public void Fit_OnTextsThatAreEmpty_SaysSo()
    {
        var ml = new MLContext(seed: 1);

        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(SmallJob.Texts(ml, "", "  ")));

        Assert.Contains("no text to learn from", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutTheColumn_NamesWhatThereIs()
    {
        var ml = new MLContext(seed: 1);

        var error = Assert.Throws<ArgumentOutOfRangeException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Txt", SmallJob.Options).Fit(SmallJob.Texts(ml, Texts)));

        Assert.Contains("'Txt' was not found. The data has: Text", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_DoesNotDependOnTheRowsBeside()
    {
        var ml = new MLContext(seed: 1);
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Precision = ComputePrecision.Float32;
        options.Embedding = new EmbeddingOptions { Cache = EmbeddingCacheOptions.None };
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, Texts));

        float[][] together = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(ml, Texts)));

        for (int i = 0; i < Texts.Length; i++)
        {
            float[] alone = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(ml, Texts[i])))[0];
            Assert.All(alone.Zip(together[i]), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void Transform_OfATextLongerThanTheContext_UsesAllOfIt()
    {
        var ml = new MLContext(seed: 1);
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(SmallJob.Texts(ml, Texts));
        string head = string.Concat(Enumerable.Repeat("bakery, ", 400));

        float[][] vectors = SmallJob.Vectors(embedder.Transform(SmallJob.Texts(ml, head + "cinema", head + "garage")));

        Assert.All(vectors, vector => Assert.All(vector, value => Assert.True(float.IsFinite(value))));
        Assert.NotEqual(vectors[0], vectors[1]);
    }

    [Fact]
    public void Transform_AfterDispose_Throws()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = SmallJob.Texts(ml, Texts);
        FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options).Fit(data);
        embedder.Dispose();

        Assert.Throws<ObjectDisposedException>(() => SmallJob.Vectors(embedder.Transform(data)));
    }

    [Fact]
    public void GetOutputSchema_PromisesWhatTransformDelivers()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = SmallJob.Texts(ml, Texts);
        FineTuneLlmEmbedderEstimator estimator = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", SmallJob.Options);
        using FineTuneLlmEmbedderTransformer embedder = estimator.Fit(data);

        DataViewSchema.Column delivered = embedder.GetOutputSchema(data.Schema)["Embedding"];

        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, embedder.Dimension), delivered.Type);
        Assert.Equal(embedder.Transform(data).Schema.Select(column => column.Name), embedder.GetOutputSchema(data.Schema).Select(column => column.Name));
    }

    [Fact]
    public void TrainingTexts_MayBeVectorsOfText()
    {
        var ml = new MLContext(seed: 1);
        IDataView data = ml.Data.LoadFromEnumerable(Texts.Select(text => new VariantsRow { Text = text, Variants = [text.ToUpperInvariant(), text] }));
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.TrainingTexts = ["Text", "Variants"];

        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(data);

        // Scoring needs the base text alone.
        Assert.Single(SmallJob.Vectors(embedder.Transform(SmallJob.Texts(ml, Texts[0]))));
    }

    private sealed class VariantsRow
    {
        public string Text { get; set; } = "";

        public string[] Variants { get; set; } = [];
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}

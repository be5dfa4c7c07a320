using CsCheck;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class TfIdfEventsTests
{
    private static readonly TfIdfEventsOptions Small = new() { Fields = [nameof(Entity.Category)], MinEntities = 1, Dimension = 8, Seed = 1 };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Transform_PutsEntitiesWithTheSameEventsTogether()
    {
        float[][] vectors = Vectors([Shopper("food", "food", "fuel"), Shopper("food", "fuel", "food"), Shopper("books", "music", "books"), Shopper("fuel", "food", "books")]);

        Assert.Equal(vectors[0], vectors[1]);
        Assert.True(Distance(vectors[0], vectors[3]) < Distance(vectors[0], vectors[2]));
    }

    [Fact]
    public void Transform_KeepsDistancesWhereTheDimensionIsEnough()
    {
        float[][] vectors = Vectors([Shopper("food"), Shopper("fuel"), Shopper("food", "fuel")]);

        // Terms and words are vectors of length 1 each, at a right angle where nothing is common.
        Assert.Equal(2, Distance(vectors[0], vectors[1]), 1e-5);
        Assert.All(vectors, vector => Assert.Equal(2, vector.Sum(value => value * value), 1e-5));
    }

    [Fact]
    public void Transform_OfAnEntityWithoutKnownTermsIsZero()
    {
        TfIdfEventsTransformer fitted = Fit([Shopper("food"), Shopper("fuel")]);

        Assert.All(Read(fitted, [Shopper(), Shopper("new")]), vector => Assert.All(vector, value => Assert.Equal(0, value)));
    }

    [Fact]
    public void Fit_TakesATextWithPunctuationPartByPart()
    {
        float[][] vectors = Vectors([Shopper("heart|valves"), Shopper("heart|rhythm"), Shopper("lung|asthma"), Shopper("lung|oxygen")]);

        Assert.True(Distance(vectors[0], vectors[1]) < Distance(vectors[0], vectors[2]));
    }

    [Fact]
    public void Fit_PutsValuesThatShareAWordTogether_ThoughNoEntityHasBoth()
    {
        float[][] vectors = Vectors([Shopper("fresh bread"), Shopper("old bread"), Shopper("cold milk"), Shopper("warm milk")]);

        Assert.True(Distance(vectors[0], vectors[1]) < 0.9 * Distance(vectors[0], vectors[2]));
    }

    [Fact]
    public void Fit_LeavesWhatWordsDoNotNeedToTerms()
    {
        Entity[] entities = [.. Enumerable.Range(0, 20).Select(i => Shopper($"{i % 5}", i % 2 == 0 ? "even" : "odd"))];

        TfIdfEventsTransformer fitted = Fit(entities);

        Assert.Equal(2, fitted.Words);
        Assert.Equal(Small.Dimension, fitted.Dimension);
        Assert.Equal(0, Fit([.. Enumerable.Range(0, 20).Select(i => Shopper($"{i % 5}"))]).Words);
    }

    [Fact]
    public void Fit_RoundsMeasurements()
    {
        Entity[] entities = [.. Enumerable.Range(0, 200).Select(i => new Entity { Category = ["a"], Amount = [100 + i / 100f] })];

        TfIdfEventsTransformer fitted = Fit(entities, new TfIdfEventsOptions { MinEntities = 1, SignificantDigits = 2, Dimension = 4 });

        // The category, 100 and 110 are values; each with the category is a whole event.
        Assert.Equal(3, fitted.Terms);
    }

    [Fact]
    public void Fit_IsRepeatable()
    {
        Entity[] entities = [.. Enumerable.Range(0, 50).Select(i => Shopper($"a{i % 7}", $"b{i % 5}"))];

        Assert.Equal(Vectors(entities), Vectors(entities));
    }

    [Fact]
    public void Fit_WithoutFrequentTermsSaysSo()
    {
        var exception = Assert.Throws<InvalidOperationException>(() => Fit([Shopper("food"), Shopper("fuel")], new TfIdfEventsOptions { MinEntities = 3 }));

        Assert.Contains("events of 2 entities is one that at least 3 of them have", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_NamesEachValueByItsComponent()
    {
        TfIdfEventsTransformer fitted = Fit([.. Enumerable.Range(0, 20).Select(i => Shopper(i % 2 == 0 ? "fresh bread" : "old bread", $"{i % 3}"))]);

        VBuffer<ReadOnlyMemory<char>> names = default;
        fitted.GetOutputSchema(_ml.Data.LoadFromEnumerable(new[] { Shopper() }).Schema)["Vector"].GetSlotNames(ref names);

        int words = Math.Min(3, Small.Dimension / 2);
        Assert.Equal(
            [.. Enumerable.Range(0, fitted.Dimension - words).Select(i => $"terms: component {i}"), .. Enumerable.Range(0, words).Select(i => $"words: component {i}")],
            names.DenseValues().Select(name => name.ToString()));
    }

    [Fact]
    public void Model_SavedAndLoadedGivesTheSameVectors()
    {
        Entity[] entities = [.. Enumerable.Range(0, 20).Select(i => Shopper($"a{i % 7}", $"b{i % 5}"))];
        IDataView rows = _ml.Data.LoadFromEnumerable(entities);
        TfIdfEventsTransformer fitted = Fit(entities);
        using var stream = new MemoryStream();
        _ml.Model.Save(fitted, rows.Schema, stream);
        stream.Position = 0;

        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        Assert.Equal(Read(fitted, entities), [.. loaded.Transform(rows).GetColumn<float[]>("Vector")]);
    }

    [Fact]
    public void Model_PredictsOneEntity()
    {
        Entity[] entities = [Shopper("food"), Shopper("fuel")];
        TfIdfEventsTransformer fitted = Fit(entities);
        using PredictionEngine<Entity, Output> engine = _ml.Model.CreatePredictionEngine<Entity, Output>(fitted);

        Assert.Equal(Read(fitted, entities)[1], engine.Predict(entities[1]).Vector);
    }

    [Fact]
    public void Project_OfAFullRankKeepsTheMatrix() =>
        Gen.Float[-1, 1].Array[5].Array[1, 8].Sample(rows =>
        {
            float[,] projection = TruncatedSvd.Project([.. rows.Select(row => row.Select((value, column) => (column, value)).ToList())], 5, 5, seed: 1);

            // Every row lies in the space of the right singular vectors, so its length stays.
            foreach (float[] row in rows)
            {
                IEnumerable<double> projected = Enumerable.Range(0, projection.GetLength(1)).Select(d => row.Select((value, column) => (double)value * projection[column, d]).Sum());
                Assert.Equal(Math.Sqrt(row.Sum(value => (double)value * value)), Math.Sqrt(projected.Sum(value => value * value)), 1e-4);
            }
        }, iter: 50);

    [Fact]
    public void Options_AreCheckedWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new TfIdfEventsOptions { Dimension = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TfIdfEventsOptions { MinEntities = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TfIdfEventsOptions { MaxTerms = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TfIdfEventsOptions { SignificantDigits = 10 });
        Assert.Throws<ArgumentNullException>(() => new TfIdfEventsOptions { Fields = null! });
    }

    private static Entity Shopper(params string[] categories) => new() { Category = categories, Amount = new float[categories.Length] };

    private static double Distance(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => (double)(x - y) * (x - y)).Sum());

    private TfIdfEventsTransformer Fit(Entity[] entities, TfIdfEventsOptions? options = null) =>
        _ml.Transforms.TfIdfEvents("Vector", options ?? Small).Fit(_ml.Data.LoadFromEnumerable(entities));

    private float[][] Read(TfIdfEventsTransformer fitted, Entity[] entities) => [.. fitted.Transform(_ml.Data.LoadFromEnumerable(entities)).GetColumn<float[]>("Vector")];

    private float[][] Vectors(Entity[] entities) => Read(Fit(entities), entities);

    private sealed class Entity
    {
        public string[] Category { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Output
    {
        public float[] Vector { get; set; } = [];
    }
}

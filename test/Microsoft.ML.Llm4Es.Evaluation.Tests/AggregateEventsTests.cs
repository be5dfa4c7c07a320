using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class AggregateEventsTests
{
    private static readonly Entity Typical = new()
    {
        Time = [new(2024, 3, 1, 10, 0, 0), new(2024, 3, 1, 22, 0, 0), new(2024, 3, 3, 10, 0, 0)],
        Category = ["shop", "", "shop"],
        Amount = [2, float.NaN, 4],
    };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Transform_ComputesWhatTheNamesSay()
    {
        Dictionary<string, float> features = Features([Typical]);

        Assert.Equal(3, features["events"]);
        Assert.Equal((6, 3, 2, 4), (features["Amount: sum"], features["Amount: mean"], features["Amount: minimum"], features["Amount: maximum"]));
        Assert.Equal(Math.Sqrt(2), features["Amount: standard deviation"], 1e-6);
        Assert.Equal((2, 4, 3, 2), (features["Amount: first"], features["Amount: last"], features["Amount: quantile 0.5"], features["Amount: distinct"]));
        Assert.Equal((2, 2f / 3, 1, 1), (features["Category=shop: count"], features["Category=shop: share"], features["Category=shop: first"], features["Category=shop: last"]));
        Assert.Equal((6, 3), (features["Category=shop: Amount sum"], features["Category=shop: Amount mean"]));
        Assert.Equal((1, 0, 2), (features["Category=: count"], features["Category=: Amount sum"], features["Category: distinct"]));
        Assert.Equal((0.5f, 1.5f, 1f), (features["gap: minimum"], features["gap: maximum"], features["gap: mean"]));
        Assert.Equal((2, 0), (features["elapsed: maximum"], features["Time: minimum"]));
        Assert.Equal((2f / 3, 1f / 3), (features["hour 10: share"], features["hour 22: share"]));
        Assert.Equal((2f / 3, 1f / 3, 1f), (features["Friday: share"], features["Sunday: share"], features["month 3: share"]));
        Assert.Equal(2, features["days with an event"]);
    }

    [Fact]
    public void Transform_OfAnEntityWithoutEventsIsZero() =>
        Assert.All(Vectors([Typical, new Entity()])[1], value => Assert.Equal(0, value));

    [Fact]
    public void Transform_LeavesUnknownCategoriesOut()
    {
        AggregateEventsTransformer fitted = Fit([Typical]);
        IDataView other = _ml.Data.LoadFromEnumerable(new[] { new Entity { Time = [default], Category = ["new"], Amount = [1] } });

        Dictionary<string, float> features = Named(fitted, fitted.Transform(other).GetColumn<float[]>("Aggregates").Single());

        Assert.Equal((0, 0, 1), (features["Category=shop: count"], features["Category=shop: first"], features["Category: distinct"]));
    }

    [Fact]
    public void Fit_KeepsTheMostFrequentCategories()
    {
        var entity = new Entity { Category = ["c", "b", "a", "b", "c", "d"], Amount = [1, 2, 3, 4, 5, 6], Time = new DateTime[6] };

        AggregateEventsTransformer fitted = Fit([entity], new AggregateEventsOptions { MaxCategories = 3 });

        Assert.Equal(["b", "c", "a"], fitted.FeatureNames.Where(name => name.StartsWith("Category=", StringComparison.Ordinal) && name.EndsWith(": count", StringComparison.Ordinal))
            .Select(name => name["Category=".Length..^": count".Length]));
        Assert.DoesNotContain(fitted.FeatureNames, name => name.StartsWith("Amount=", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_CountsTheWordsOfTextsWithManyValues()
    {
        var entity = new Entity { Category = ["Lung | Oxygen therapy", "lung, ventilation 7", "Heart"], Amount = new float[3], Time = new DateTime[3] };

        Dictionary<string, float> features = Features([entity], new AggregateEventsOptions { MaxCategories = 2 });

        Assert.Equal((2, 2f / 3), (features["Category has 'lung': count"], features["Category has 'lung': share"]));
    }

    [Fact]
    public void Fit_ReadsEveryTypeOfEvents()
    {
        var all = new AllTypes
        {
            Double = [1.5],
            SByte = [1],
            Byte = [2],
            Int16 = [3],
            UInt16 = [4],
            Int32 = [5],
            UInt32 = [6],
            Int64 = [7],
            UInt64 = [8],
            Boolean = [true],
            Duration = [TimeSpan.FromDays(2)],
            Moment = [DateTimeOffset.UnixEpoch],
        };
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { all });

        AggregateEventsTransformer fitted = _ml.Transforms.AggregateEvents("Aggregates").Fit(rows);
        Dictionary<string, float> features = Named(fitted, fitted.Transform(rows).GetColumn<float[]>("Aggregates").Single());

        Assert.Equal([1.5f, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2],
            typeof(AllTypes).GetProperties().Where(property => property.Name != nameof(AllTypes.Moment)).Select(property => features[$"{property.Name}: sum"]));
        Assert.Equal(1, features["hour 0: share"]);
    }

    [Fact]
    public void Fit_OfAMissingColumnSaysWhichThereAre()
    {
        var exception = Assert.ThrowsAny<ArgumentException>(() => Fit([Typical], new AggregateEventsOptions { Fields = ["Other"] }));

        Assert.Contains("Time, Category, Amount", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transform_OfColumnsOfDifferentLengthSaysSo()
    {
        var exception = Assert.Throws<InvalidDataException>(() => Vectors([new Entity { Time = [default, default], Category = ["a"], Amount = [1, 2] }]));

        Assert.Contains("2 values in 'Time' but 1 in 'Category'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Model_SavedAndLoadedGivesTheSameVectors()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(new[] { Typical });
        AggregateEventsTransformer fitted = Fit([Typical], new AggregateEventsOptions { MaxCategories = 1 });
        using var stream = new MemoryStream();
        _ml.Model.Save(fitted, rows.Schema, stream);
        stream.Position = 0;

        ITransformer loaded = new MLContext().Model.Load(stream, out _);

        Assert.Equal(fitted.Transform(rows).GetColumn<float[]>("Aggregates").Single(), loaded.Transform(rows).GetColumn<float[]>("Aggregates").Single());
        Assert.Equal(fitted.FeatureNames, SlotNames(loaded.GetOutputSchema(rows.Schema)["Aggregates"]));
    }

    [Fact]
    public void Model_PredictsOneEntity()
    {
        using PredictionEngine<Entity, Vector> engine = _ml.Model.CreatePredictionEngine<Entity, Vector>(Fit([Typical]));

        Assert.Equal(Vectors([Typical])[0], engine.Predict(Typical).Aggregates);
    }

    [Fact]
    public void Options_AreCheckedWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new AggregateEventsOptions { MaxCategories = 0 });
        Assert.Throws<ArgumentNullException>(() => new AggregateEventsOptions { Fields = null! });
    }

    private AggregateEventsTransformer Fit(Entity[] entities, AggregateEventsOptions? options = null) =>
        _ml.Transforms.AggregateEvents("Aggregates", options).Fit(_ml.Data.LoadFromEnumerable(entities));

    private float[][] Vectors(Entity[] entities) =>
        [.. Fit(entities).Transform(_ml.Data.LoadFromEnumerable(entities)).GetColumn<float[]>("Aggregates")];

    private Dictionary<string, float> Features(Entity[] entities, AggregateEventsOptions? options = null)
    {
        AggregateEventsTransformer fitted = Fit(entities, options);
        return Named(fitted, fitted.Transform(_ml.Data.LoadFromEnumerable(entities)).GetColumn<float[]>("Aggregates").First());
    }

    private static Dictionary<string, float> Named(AggregateEventsTransformer fitted, float[] vector) =>
        fitted.FeatureNames.Zip(vector).ToDictionary(pair => pair.First, pair => pair.Second);

    private static string[] SlotNames(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private sealed class Entity
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Category { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Vector
    {
        public float[] Aggregates { get; set; } = [];
    }

    private sealed class AllTypes
    {
        public double[] Double { get; set; } = [];

        public sbyte[] SByte { get; set; } = [];

        public byte[] Byte { get; set; } = [];

        public short[] Int16 { get; set; } = [];

        public ushort[] UInt16 { get; set; } = [];

        public int[] Int32 { get; set; } = [];

        public uint[] UInt32 { get; set; } = [];

        public long[] Int64 { get; set; } = [];

        public ulong[] UInt64 { get; set; } = [];

        public bool[] Boolean { get; set; } = [];

        public TimeSpan[] Duration { get; set; } = [];

        public DateTimeOffset[] Moment { get; set; } = [];
    }
}

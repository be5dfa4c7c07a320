using System.Collections.Concurrent;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ColesEventsTests
{
    private const int Habits = 8;

    private static readonly ColesEventsOptions Small = new() { HiddenSize = 16, Epochs = 10, EntitiesPerBatch = 16, Seed = 1, LearningRate = 0.01 };

    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Fit_LearnsToTellEntitiesApart()
    {
        Entity[] entities = Shoppers(48);
        Entity[] halves = [.. entities.SelectMany(entity => new[] { Half(entity, 0), Half(entity, 1) })];

        double untrained = FoundOtherHalf(Vectors(entities, halves, new ColesEventsOptions { HiddenSize = 16, Epochs = 0, Seed = 1 }));
        double trained = FoundOtherHalf(Vectors(entities, halves, Small));

        Assert.True(trained > untrained + 0.1, $"{trained:P0} of the halves lie nearest to one of the same habit, {untrained:P0} without training.");
    }

    [Fact]
    public void Fit_IsRepeatable() => Assert.Equal(Vectors(Shoppers(8), Shoppers(8), Small), Vectors(Shoppers(8), Shoppers(8), Small));

    [Fact]
    public void Transform_OfAnEntityWithoutEventsIsZero() =>
        Assert.All(Vectors(Shoppers(8), [new Entity()], Small)[0], value => Assert.Equal(0, value));

    [Fact]
    public void Transform_ReadsUnknownCategoriesAndMissingNumbers() =>
        Assert.All(Vectors(Shoppers(8), [new Entity { Time = [default], Category = ["new"], Amount = [float.NaN] }], Small)[0], value => Assert.InRange(value, -1, 1));

    [Fact]
    public void Transform_AfterDisposeThrows()
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(Shoppers(8));
        ColesEventsTransformer fitted = _ml.Transforms.ColesEvents("Vector", Small).Fit(rows);
        IDataView transformed = fitted.Transform(rows);
        fitted.Dispose();

        Assert.Throws<ObjectDisposedException>(() => transformed.GetColumn<float[]>("Vector").First());
    }

    [Theory]
    [InlineData(8, 64, 100)]
    [InlineData(48, 2, 41)]
    [InlineData(80, 2, 30)]
    public void Fit_ByDefault_TakesAThousandStepsWithin30To100Epochs(int entities, int entitiesPerBatch, int epochs)
    {
        var messages = new ConcurrentQueue<string>();
        _ml.Log += (_, log) => messages.Enqueue(log.Message);

        Vectors(Shoppers(entities), [], new ColesEventsOptions { HiddenSize = 2, Slices = 2, MaxSliceLength = 4, EntitiesPerBatch = entitiesPerBatch, Epochs = null });

        Assert.Contains(messages, message => message.Contains($"epoch {epochs} of {epochs}", StringComparison.Ordinal));
    }

    [Fact]
    public void Fit_OfASingleEntitySaysThatTwoAreNeeded() =>
        Assert.Contains("two are needed", Assert.Throws<InvalidOperationException>(() => Vectors(Shoppers(1), [], Small)).Message, StringComparison.Ordinal);

    [Fact]
    public void Fit_IsCancelled()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Vectors(Shoppers(8), [], new ColesEventsOptions { CancellationToken = source.Token }));
    }

    [Fact]
    public void Model_SavedAndLoadedGivesTheSameVectors()
    {
        Entity[] entities = Shoppers(8);
        IDataView rows = _ml.Data.LoadFromEnumerable(entities);
        using ColesEventsTransformer fitted = _ml.Transforms.ColesEvents("Vector", Small).Fit(rows);
        using var stream = new MemoryStream();
        _ml.Model.Save(fitted, rows.Schema, stream);
        stream.Position = 0;

        ITransformer loaded = new MLContext().Model.Load(stream, out _);
        using var owned = loaded as IDisposable;

        Assert.Equal(fitted.Transform(rows).GetColumn<float[]>("Vector"), loaded.Transform(rows).GetColumn<float[]>("Vector"));
    }

    [Fact]
    public void Model_PredictsOneEntity()
    {
        Entity[] entities = Shoppers(8);
        IDataView rows = _ml.Data.LoadFromEnumerable(entities);
        ColesEventsTransformer fitted = _ml.Transforms.ColesEvents("Vector", Small).Fit(rows);
        float[] expected = fitted.Transform(rows).GetColumn<float[]>("Vector").First();
        using PredictionEngine<Entity, Output> engine = _ml.Model.CreatePredictionEngine<Entity, Output>(fitted);

        Assert.Equal(expected, engine.Predict(entities[0]).Vector);
    }

    [Fact]
    public void Options_AreCheckedWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { HiddenSize = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { Epochs = -1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { LearningRate = double.NaN });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { EntitiesPerBatch = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { Slices = 1 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { MinSliceLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ColesEventsOptions { Margin = 0 });
        Assert.Throws<ArgumentNullException>(() => new ColesEventsOptions { Fields = null! });
    }

    /// <summary>Each shopper has one of some habits: a category that comes often, among others that come by chance.</summary>
    private static Entity[] Shoppers(int count)
    {
        var random = new Random(1);
        return
        [
            .. Enumerable.Range(0, count).Select(shopper => new Entity
            {
                Time = [.. Enumerable.Range(0, 24).Select(i => new DateTime(2024, 1, 1).AddHours(i * 7))],
                Category = [.. Enumerable.Range(0, 24).Select(_ => random.Next(2) == 0 ? $"c{shopper % Habits}" : $"c{random.Next(2 * Habits)}")],
                Amount = [.. Enumerable.Range(0, 24).Select(_ => (float)random.NextDouble())],
            }),
        ];
    }

    private static Entity Half(Entity entity, int half) => new()
    {
        Time = entity.Time[(12 * half)..(12 * half + 12)],
        Category = entity.Category[(12 * half)..(12 * half + 12)],
        Amount = entity.Amount[(12 * half)..(12 * half + 12)],
    };

    /// <summary>The share of vectors whose nearest other one is of the same habit; two vectors belong to each shopper.</summary>
    private static double FoundOtherHalf(float[][] vectors)
    {
        float[][] unit = Array.ConvertAll(vectors, vector => Array.ConvertAll(vector, value => value / MathF.Sqrt(vector.Sum(v => v * v))));
        return Enumerable.Range(0, unit.Length).Average(i =>
        {
            int nearest = Enumerable.Range(0, unit.Length).Where(j => j != i).MaxBy(j => unit[i].Zip(unit[j], (a, b) => a * b).Sum());
            return nearest / 2 % Habits == i / 2 % Habits ? 1.0 : 0;
        });
    }

    private float[][] Vectors(Entity[] fitted, Entity[] transformed, ColesEventsOptions options)
    {
        using ColesEventsTransformer transformer = _ml.Transforms.ColesEvents("Vector", options).Fit(_ml.Data.LoadFromEnumerable(fitted));
        return [.. transformer.Transform(_ml.Data.LoadFromEnumerable(transformed)).GetColumn<float[]>("Vector")];
    }

    private sealed class Entity
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Category { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Output
    {
        public float[] Vector { get; set; } = [];
    }
}

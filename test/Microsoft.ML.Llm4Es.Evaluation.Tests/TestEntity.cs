using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>An entity with two signals about its label in its events: the share of a category, and the size of a number.</summary>
internal sealed class TestEntity
{
    public string Id { get; set; } = "";

    public string[] Category { get; set; } = [];

    public float[] Amount { get; set; } = [];

    public DateTime[] Time { get; set; } = [];

    public bool Label { get; set; }

    public string Group { get; set; } = "";

    public int Fold { get; set; }

    /// <summary>Three entities share one.</summary>
    public string Household { get; set; } = "";

    public float Spent { get; set; }

    public static IDataView Generate(MLContext ml, int count, int seed = 1)
    {
        var random = new Random(seed);
        return ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => Create(random, i)).ToArray());
    }

    private static TestEntity Create(Random random, int number)
    {
        int group = number % 3;
        int events = random.Next(3, 12);
        return new TestEntity
        {
            Id = $"e{number}",
            Category = [.. Enumerable.Range(0, events).Select(_ => random.NextDouble() < 0.25 * (group + 1) ? "a" : "b")],
            Amount = [.. Enumerable.Range(0, events).Select(_ => (float)random.NextDouble() + group)],
            Time = [.. Enumerable.Range(0, events).Select(i => new DateTime(2024, 1, 1).AddDays(i))],
            Label = group == 2,
            Group = $"g{group}",
            Fold = number % 4,
            Household = $"h{number / 3}",
            Spent = 10 * group + (float)random.NextDouble(),
        };
    }
}

/// <summary>Estimators that make a vector without learning anything.</summary>
internal static class TestRepresentations
{
    public static IEstimator<ITransformer> Constant(MLContext ml, string output) =>
        ml.Transforms.CustomMapping<Identity, Vector>((_, vector) => vector.Values = [1, 2], contractName: null)
            .Append(ml.Transforms.CopyColumns(output, nameof(Vector.Values)));

    public static IEstimator<ITransformer> NotFinite(MLContext ml, string output) =>
        ml.Transforms.CustomMapping<Identity, Vector>((_, vector) => vector.Values = [1, float.NaN], contractName: null)
            .Append(ml.Transforms.CopyColumns(output, nameof(Vector.Values)));

    internal sealed class Identity
    {
        public string Id { get; set; } = "";
    }

    internal sealed class Vector
    {
        [VectorType(2)]
        public float[] Values { get; set; } = [];
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>What trainers are tested on: drawn rows whose label depends on the sum of the first three of eight features.</summary>
public abstract class DrawnRows
{
    protected const int Width = 8;

    protected static readonly LightGbmOptions FewTrees = new() { Trees = 100, LearningRate = 0.1, Threads = 1 };

    protected MLContext Ml { get; } = new(seed: 1);

    protected IEstimator<ITransformer> Trainer(string kind) => kind == "blend" ? new BlendedTrainer(Ml, options: new() { LightGbm = FewTrees }) : new LogisticTrainer(Ml);

    protected static float[][] Classes(IDataView scored) => [.. scored.GetColumn<float[]>("Score")];

    protected static float[] Scores(IDataView scored) => scored.Schema["Score"].Type is VectorDataViewType
        ? [.. scored.GetColumn<float[]>("Score").SelectMany(scores => scores)]
        : [.. scored.GetColumn<float>("Score")];

    /// <summary>Rows whose label depends on the sum of the first three features.</summary>
    protected IDataView Rows<TLabel>(int count, int seed, float scale = 1, double noise = 0.5, Range? view = null) => Load(Draw(count, seed, noise)
        .Select(row => new Row<TLabel> { Features = Array.ConvertAll(row.Features, value => value * scale), Label = (TLabel)Convert.ChangeType(row.Signal > 0, typeof(TLabel), null) }), view);

    protected IDataView Keys(int count, int seed, Range? view = null)
    {
        IDataView rows = Load(Draw(count, seed, 0.5)
            .Select(row => new Row<string> { Features = row.Features, Label = row.Signal < -1 ? "class 0" : row.Signal < 1 ? "class 1" : "class 2" }), view);
        return Ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(rows).Transform(rows);
    }

    /// <summary>The rows with some of their features.</summary>
    protected IDataView Load<TLabel>(IEnumerable<Row<TLabel>> rows, Range? view)
    {
        Row<TLabel>[] some = [.. rows.Select(row => new Row<TLabel> { Label = row.Label, Features = row.Features[view ?? ..] })];
        var schema = SchemaDefinition.Create(typeof(Row<TLabel>));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, some[0].Features.Length);
        return Ml.Data.LoadFromEnumerable(some, schema);
    }

    protected static IEnumerable<(float[] Features, double Signal)> Draw(int count, int seed, double noise)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            float[] features = [.. Enumerable.Range(0, Width).Select(_ => (float)(random.NextDouble() * 4 - 2))];
            yield return (features, features[0] + features[1] + features[2] + noise * (random.NextDouble() * 4 - 2));
        }
    }

    protected sealed class Row<TLabel>
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public TLabel Label { get; set; } = default!;
    }
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A row as ML.NET's trainers read it by default.</summary>
internal sealed class TrainingRow<TLabel>
{
    public float[] Features { get; set; } = [];

    public TLabel Label { get; set; } = default!;

    public static IDataView View(MLContext ml, float[][] vectors, int[] rows, Func<int, TLabel> label, DataViewType? labelType = null, string[]? keyNames = null)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TrainingRow<TLabel>));
        schema[nameof(Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, vectors[0].Length);
        if (labelType is not null) schema[nameof(Label)].ColumnType = labelType;
        if (keyNames is not null)
        {
            // By them a fitted trainer can name the classes that it predicts.
            var names = new VBuffer<ReadOnlyMemory<char>>(keyNames.Length, Array.ConvertAll(keyNames, name => name.AsMemory()));
            schema[nameof(Label)].AddAnnotation("KeyValues", names, new VectorDataViewType(TextDataViewType.Instance, keyNames.Length));
        }

        return ml.Data.LoadFromEnumerable(rows.Select((row, i) => new TrainingRow<TLabel> { Features = vectors[i], Label = label(row) }), schema);
    }
}

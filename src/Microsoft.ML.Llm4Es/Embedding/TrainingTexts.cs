using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The texts that a model is tuned on, and how often an epoch passes over each.</summary>
internal sealed class TrainingTexts
{
    private readonly List<string> _texts = [];
    private readonly List<double> _weights = [];

    /// <summary>The texts, column by column, row by row. Equal texts of different rows stay: how often a history occurs is part of the data.</summary>
    public IReadOnlyList<string> Texts => _texts;

    /// <summary>The weight of each text; null where all are 1.</summary>
    public IReadOnlyList<double>? Weights => _weights.TrueForAll(weight => weight == 1) ? null : _weights;

    /// <summary>Throws unless every column holds text or vectors of text.</summary>
    public static void CheckColumns(DataViewSchema schema, IReadOnlyList<TrainingText> columns)
    {
        foreach (TrainingText text in columns) Find(schema, text.Column);
    }

    /// <summary>Adds the texts of columns; those of blanks only are left out, there is nothing to learn from them.</summary>
    public void Add(IDataView data, IReadOnlyList<TrainingText> columns, Action checkCancelled)
    {
        DataViewSchema.Column[] found = [.. columns.Select(text => Find(data.Schema, text.Column))];
        var texts = new List<string>[found.Length];
        using (DataViewRowCursor cursor = data.GetRowCursor(found))
        {
            Action<List<string>>[] readers = [.. found.Select(column => Reader(cursor, column))];
            for (int i = 0; i < texts.Length; i++) texts[i] = [];
            while (cursor.MoveNext())
            {
                checkCancelled();
                for (int i = 0; i < texts.Length; i++) readers[i](texts[i]);
            }
        }

        for (int i = 0; i < texts.Length; i++)
        {
            _texts.AddRange(texts[i]);
            _weights.AddRange(Enumerable.Repeat(columns[i].Weight, texts[i].Count));
        }
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: TextDataViewType } } vector ? vector : TextColumn.Find(schema, name);

    private static Action<List<string>> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> scalar = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return texts =>
            {
                scalar(ref text);
                AddUnlessBlank(texts, text);
            };
        }

        ValueGetter<VBuffer<ReadOnlyMemory<char>>> vector = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> values = default;
        return texts =>
        {
            vector(ref values);
            foreach (ReadOnlyMemory<char> text in values.DenseValues()) AddUnlessBlank(texts, text);
        };
    }

    private static void AddUnlessBlank(List<string> texts, ReadOnlyMemory<char> text)
    {
        if (!text.Span.IsWhiteSpace()) texts.Add(text.ToString());
    }
}

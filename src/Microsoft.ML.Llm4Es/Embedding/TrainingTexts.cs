using System.Collections;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The texts that a model is tuned on, how often an epoch passes over each, and which row each is of. Column by column, row by row.</summary>
/// <remarks>Equal texts of different rows stay: how often a history occurs is part of the data.</remarks>
internal sealed class TrainingTexts(string temporaryFolder) : IReadOnlyList<string>, IDisposable
{
    private readonly TextSpool _spool = new(temporaryFolder);
    private readonly List<int> _order = [];
    private readonly List<double> _weights = [];
    private readonly List<int> _rows = [];
    private int _rowCount;

    public int Count => _order.Count;

    /// <summary>Gets the weight of each text; null where all are 1.</summary>
    public IReadOnlyList<double>? Weights => _weights.TrueForAll(weight => weight == 1) ? null : [.. _order.Select(place => _weights[place])];

    public string this[int index] => _spool[_order[index]];

    /// <summary>Gets the row that a text is of, over all data.</summary>
    public int Row(int index) => _rows[_order[index]];

    /// <summary>Throws unless every column holds text or vectors of text.</summary>
    public static void CheckColumns(DataViewSchema schema, IReadOnlyList<TrainingText> columns)
    {
        foreach (TrainingText text in columns) Find(schema, text.Column);
    }

    /// <summary>Adds the texts of columns; those of blanks only are left out, there is nothing to learn from them.</summary>
    public void Add(IDataView data, IReadOnlyList<TrainingText> columns, Action checkCancelled)
    {
        DataViewSchema.Column[] found = [.. columns.Select(text => Find(data.Schema, text.Column))];
        var placesOfColumns = new List<int>[found.Length];
        for (int i = 0; i < found.Length; i++) placesOfColumns[i] = [];
        using DataViewRowCursor cursor = data.GetRowCursor(found);
        Func<IEnumerable<ReadOnlyMemory<char>>>[] readers = [.. found.Select(column => Reader(cursor, column))];
        for (; cursor.MoveNext(); _rowCount++)
        {
            checkCancelled();
            for (int i = 0; i < found.Length; i++)
            {
                foreach (ReadOnlyMemory<char> text in readers[i]())
                {
                    if (text.Span.IsWhiteSpace()) continue;
                    placesOfColumns[i].Add(_spool.Count);
                    _spool.Add(text.ToString());
                    _weights.Add(columns[i].Weight);
                    _rows.Add(_rowCount);
                }
            }
        }

        foreach (List<int> places in placesOfColumns) _order.AddRange(places);
    }

    public IEnumerator<string> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose() => _spool.Dispose();

    private static DataViewSchema.Column Find(DataViewSchema schema, string name) =>
        schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: TextDataViewType } } vector ? vector : TextColumn.Find(schema, name);

    /// <summary>Reads the texts of a column in the row where the cursor stands.</summary>
    private static Func<IEnumerable<ReadOnlyMemory<char>>> Reader(DataViewRowCursor cursor, DataViewSchema.Column column)
    {
        if (column.Type is TextDataViewType)
        {
            ValueGetter<ReadOnlyMemory<char>> scalar = cursor.GetGetter<ReadOnlyMemory<char>>(column);
            ReadOnlyMemory<char> text = default;
            return () =>
            {
                scalar(ref text);
                return [text];
            };
        }

        ValueGetter<VBuffer<ReadOnlyMemory<char>>> vector = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> values = default;
        return () =>
        {
            vector(ref values);
            return values.DenseValues();
        };
    }
}

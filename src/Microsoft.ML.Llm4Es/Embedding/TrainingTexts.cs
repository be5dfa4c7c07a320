using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Reads the texts of text columns, and of columns that hold vectors of text.</summary>
internal static class TrainingTexts
{
    /// <summary>Texts column by column, row by row; texts of blanks only are left out, there is nothing to learn from them.</summary>
    public static List<string> Read(IDataView data, IReadOnlyList<string> columns, Action checkCancelled)
    {
        DataViewSchema.Column[] found = [.. columns.Select(name => Find(data.Schema, name))];
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

        return [.. texts.SelectMany(column => column)];
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
                Add(texts, text);
            };
        }

        ValueGetter<VBuffer<ReadOnlyMemory<char>>> vector = cursor.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column);
        VBuffer<ReadOnlyMemory<char>> values = default;
        return texts =>
        {
            vector(ref values);
            foreach (ReadOnlyMemory<char> text in values.DenseValues()) Add(texts, text);
        };
    }

    private static void Add(List<string> texts, ReadOnlyMemory<char> text)
    {
        if (!text.Span.IsWhiteSpace()) texts.Add(text.ToString());
    }
}

using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Tells data sets apart by all events, labels and folds.</summary>
internal static class DataFingerprint
{
    /// <param name="unlabelled">A row for each entity, with its events as vector columns.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="folds">The fold of each.</param>
    public static string Of(IDataView unlabelled, string[] labels, int[] folds)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string label in labels) Add(hash, label);
        hash.AppendData(MemoryMarshal.AsBytes(folds.AsSpan()));

        DataViewSchema.Column[] columns =
            [.. unlabelled.Schema.Where(column => column is { IsHidden: false, Type: VectorDataViewType vector } && EventColumn.MayBeWritten(vector.ItemType))];
        using DataViewRowCursor cursor = unlabelled.GetRowCursor(columns);
        EventValues[] values = Array.ConvertAll(columns, column => EventValues.Create(cursor, column));
        foreach (DataViewSchema.Column column in columns) Add(hash, column.Name);
        while (cursor.MoveNext())
        {
            foreach (EventValues column in values)
            {
                column.Read();
                hash.AppendData(BitConverter.GetBytes(column.Count));
                for (int i = 0; i < column.Count; i++) Add(hash, column.Category(i));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    private static void Add(IncrementalHash hash, ReadOnlySpan<char> text)
    {
        hash.AppendData(MemoryMarshal.AsBytes(text));
        // So that "ab" and "c" are not "a" and "bc".
        hash.AppendData("\0"u8);
    }
}

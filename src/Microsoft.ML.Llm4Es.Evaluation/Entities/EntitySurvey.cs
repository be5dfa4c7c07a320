using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Reads once what a report says of the entities: their labels, folds and numbers of events, what tells them apart, and a fingerprint of all of it.</summary>
internal sealed class EntitySurvey(DownstreamEvaluationOptions options, PredictionTarget target, CrossValidationFolds folds)
{
    private const int FingerprintDigits = 16;

    /// <exception cref="ArgumentException">There is no column to break the metric down by of such a name, or it is a vector.</exception>
    public EvaluatedEntities Read(IDataView entities)
    {
        EntityField[] asked = [.. options.Breakdowns.Select(column => EntityFields.OfTexts(column, ScalarColumn.Read(entities, column)))];
        string[] labels = ScalarColumn.Read(entities, options.Label);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string label, int fold) in labels.Zip(folds.Folds)) Add(hash, $"{label}\0{fold}");

        DataViewSchema.Column[] columns = [.. entities.Schema.Where(IsEventField)];
        EventSummary[] summaries = Array.ConvertAll(columns, EventSummary.Create);
        int[] events = ReadEvents(entities, columns, summaries, hash);
        EntityField length = EntityFields.OfNumbers("number of events", Array.ConvertAll(events, count => (double)count));
        return new EvaluatedEntities(target.Classes?.Names ?? [], target.Labels, folds.Folds, events)
        {
            Fields = length.Values.Count > 1 ? [length, .. asked] : asked,
            Colours = [EntityFields.OfTexts(options.Label, labels), .. summaries.Select(summary => summary.ToField()).OfType<EntityField>()],
            Fingerprint = Convert.ToHexStringLower(hash.GetHashAndReset())[..FingerprintDigits],
        };
    }

    private static int[] ReadEvents(IDataView entities, DataViewSchema.Column[] columns, EventSummary[] summaries, IncrementalHash hash)
    {
        var events = new List<int>();
        using DataViewRowCursor cursor = entities.GetRowCursor(columns);
        EventValues[] fields = Array.ConvertAll(columns, column => EventValues.Create(cursor, column));
        foreach (DataViewSchema.Column column in columns) Add(hash, column.Name);
        while (cursor.MoveNext())
        {
            for (int f = 0; f < fields.Length; f++)
            {
                fields[f].Read();
                summaries[f].Add(fields[f]);
                for (int i = 0; i < fields[f].Count; i++) Add(hash, fields[f].Category(i));
            }

            events.Add(fields.Length == 0 ? 0 : fields[0].Count);
            Add(hash, "\n");
        }

        return [.. events];
    }

    private static bool IsEventField(DataViewSchema.Column column) =>
        !column.IsHidden && column.Type is VectorDataViewType { IsKnownSize: false } vector && EventColumn.MayBeWritten(vector.ItemType);

    private static void Add(IncrementalHash hash, ReadOnlySpan<char> text)
    {
        hash.AppendData(MemoryMarshal.AsBytes(text));
        // So that "ab", "c" and "a", "bc" differ.
        hash.AppendData([0, 0]);
    }
}

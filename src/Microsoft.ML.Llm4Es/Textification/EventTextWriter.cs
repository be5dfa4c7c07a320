using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes the events of the current row as text.</summary>
internal sealed class EventTextWriter(IReadOnlyList<EventField> fields, FieldWriter[] writers, int? maxEvents)
{
    private readonly StringBuilder _text = new();

    public ReadOnlyMemory<char> Write()
    {
        int events = ReadRow();
        _text.Clear();
        EventTable.AppendHeader(_text, [.. fields.Select(field => field.Name)]);
        for (int i = Math.Max(0, events - (maxEvents ?? events)); i < events; i++)
        {
            _text.Append(EventTable.LineSeparator);
            for (int f = 0; f < writers.Length; f++)
            {
                if (f > 0) _text.Append(EventTable.ValueSeparator).Append(' ');
                writers[f].Append(_text, i);
            }
        }

        return _text.ToString().AsMemory();
    }

    private int ReadRow()
    {
        foreach (FieldWriter writer in writers) writer.Read();
        for (int f = 1; f < writers.Length; f++)
        {
            if (writers[f].Count != writers[0].Count)
            {
                throw new InvalidOperationException(
                    $"A row has {writers[0].Count} values in '{fields[0].Column}' but {writers[f].Count} in '{fields[f].Column}'; each event needs one value in every field.");
            }
        }

        return writers[0].Count;
    }
}

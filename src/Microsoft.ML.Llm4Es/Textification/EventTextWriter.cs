namespace Microsoft.ML.Llm4Es;

/// <summary>Writes the events of the current row as text.</summary>
internal sealed class EventTextWriter
{
    private readonly DataViewRow _row;
    private readonly IReadOnlyList<EventField> _fields;
    private readonly FieldWriter[] _writers;
    private readonly int? _maxEvents;
    private readonly string _header;
    private readonly TextBuffer _text = new();

    public EventTextWriter(DataViewRow row, IReadOnlyList<EventField> fields, FieldWriter[] writers, int? maxEvents)
    {
        _row = row;
        _fields = fields;
        _writers = writers;
        _maxEvents = maxEvents;
        EventTable.AppendHeader(_text, [.. fields.Select(field => field.Name)]);
        _header = _text.ToString();
    }

    public ReadOnlyMemory<char> Write()
    {
        int events = ReadRow();
        _text.Clear();
        _text.Append(_header);
        for (int i = Math.Max(0, events - (_maxEvents ?? events)); i < events; i++)
        {
            _text.Append(EventTable.LineSeparator);
            for (int f = 0; f < _writers.Length; f++)
            {
                if (f > 0) _text.Append(EventTable.ValueSeparator);
                _writers[f].Append(_text, i);
            }
        }

        return _text.ToString().AsMemory();
    }

    private int ReadRow()
    {
        foreach (FieldWriter writer in _writers) writer.Read();
        for (int f = 1; f < _writers.Length; f++)
        {
            if (_writers[f].Count == _writers[0].Count) continue;
            throw new InvalidOperationException(
                $"Row {_row.Position + 1} has {_writers[0].Count} values in '{_fields[0].Column}' but {_writers[f].Count} in '{_fields[f].Column}'; each event " +
                "needs one value in every field.");
        }

        return _writers[0].Count;
    }
}

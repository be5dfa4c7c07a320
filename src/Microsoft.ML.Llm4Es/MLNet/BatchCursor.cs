using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Reads a batch of rows ahead, computes the appended column for all of them when the first one is asked for, and hands the rows out in order.
/// </summary>
internal sealed class BatchCursor : DataViewRowCursor
{
    /// <summary>How many rows are read between two looks at cancellation.</summary>
    private const int RowsBetweenChecks = 8;

    private readonly BatchedTransformer _transformer;
    private readonly AppendColumnMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly ReadAheadColumn?[] _columns;
    private readonly ValueGetter<ReadOnlyMemory<char>> _text;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly ReadOnlyMemory<char>[] _texts;
    private readonly VBuffer<float>[] _results;
    private readonly DataViewRowId[] _ids;
    private readonly long[] _batches;
    private int _row = -1;
    private int _count;
    private long _position = -1;
    private bool _computed;
    private bool _inputEnded;
    private bool _disposed;

    public BatchCursor(BatchedTransformer transformer, AppendColumnMapper mapper, DataViewRowCursor input, bool[] active)
    {
        _transformer = transformer;
        _mapper = mapper;
        _input = input;
        _active = active;

        DataViewSchema schema = mapper.InputSchema;
        // A value that may not be kept past MoveNext (an image, a custom type) forbids reading ahead.
        int size = schema.All(column => !active[column.Index] || column.Type.MayBeKept()) ? transformer.BatchSize : 1;
        _texts = new ReadOnlyMemory<char>[size];
        _results = new VBuffer<float>[size];
        _ids = new DataViewRowId[size];
        _batches = new long[size];
        _text = input.GetGetter<ReadOnlyMemory<char>>(schema[mapper.InputColumns[0]]);
        _id = input.GetIdGetter();
        _columns = [.. schema.Select(column => active[column.Index] ? ReadAheadColumn.Create(input, column, size, () => Row) : null)];
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _position;

    public override long Batch => _position >= 0 ? _batches[_row] : 0;

    private int Row => _position >= 0 ? _row : throw new InvalidOperationException("The cursor has no current row: call MoveNext first.");

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override bool MoveNext()
    {
        if (_disposed) return false;

        if (++_row >= _count) ReadBatch();
        if (_count == 0)
        {
            Dispose();
            return false;
        }

        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Row];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (column.Index >= _active.Length || !_active[column.Index])
            throw new InvalidOperationException($"The column '{column.Name}' is not active.");

        Delegate getter = column.Index == _mapper.OutputColumn ? (ValueGetter<VBuffer<float>>)GetResult : _columns[column.Index]!.Getter;
        return AppendColumnMapper.Cast<TValue>(getter, _mapper.OutputSchema[column.Index]);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _position = -1;
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void ReadBatch()
    {
        _row = _count = 0;
        _computed = false;
        while (!_inputEnded && _count < _texts.Length)
        {
            if (_count % RowsBetweenChecks == 0) _transformer.CheckAlive();
            if (!_input.MoveNext())
            {
                _inputEnded = true;
                break;
            }

            _text(ref _texts[_count]);
            _id(ref _ids[_count]);
            _batches[_count] = _input.Batch;
            foreach (ReadAheadColumn? column in _columns) column?.Read(_count);
            _count++;
        }
    }

    private void GetResult(ref VBuffer<float> value)
    {
        int row = Row;
        if (!_computed)
        {
            _transformer.Compute(_texts.AsSpan(0, _count), _results.AsSpan(0, _count));
            _computed = true;
        }

        _results[row].CopyTo(ref value);
    }
}

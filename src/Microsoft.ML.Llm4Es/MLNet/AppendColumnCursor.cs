using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Rows with the appended column, computed row by row, and only where it is active.</summary>
internal sealed class AppendColumnCursor : DataViewRowCursor
{
    private readonly AppendColumnMapper _mapper;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly Delegate? _getter;

    public AppendColumnCursor(AppendColumnMapper mapper, DataViewRowCursor input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        if (active[mapper.OutputColumn]) _getter = mapper.Transformer.CreateGetter(input, mapper.InputColumns);
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool MoveNext() => _input.MoveNext();

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        _mapper.Getter<TValue>(column, _active, _input, _getter);

    protected override void Dispose(bool disposing)
    {
        if (disposing) _input.Dispose();
        base.Dispose(disposing);
    }
}

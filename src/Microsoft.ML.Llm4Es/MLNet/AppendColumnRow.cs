using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>One row with the appended column, for a prediction engine.</summary>
internal sealed class AppendColumnRow : DataViewRow
{
    private readonly AppendColumnMapper _mapper;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly Delegate? _getter;

    public AppendColumnRow(AppendColumnMapper mapper, DataViewRow input, bool[] active)
    {
        _mapper = mapper;
        _input = input;
        _active = active;
        if (active[mapper.OutputColumn]) _getter = mapper.Transformer.CreateGetter(input, mapper.InputColumns);
    }

    public override DataViewSchema Schema => _mapper.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

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

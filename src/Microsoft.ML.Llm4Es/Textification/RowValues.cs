using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values that a vector column has in the current row.</summary>
internal sealed class RowValues<T>(ValueGetter<VBuffer<T>> getter)
{
    private VBuffer<T> _read;
    private VBuffer<T> _dense;

    public int Count => _dense.Length;

    public T this[int index] => _dense.GetValues()[index];

    public void Read()
    {
        getter(ref _read);
        _read.CopyToDense(ref _dense);
    }
}

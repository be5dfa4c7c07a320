using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>Writes the values that one field has in the current row.</summary>
internal abstract class FieldWriter
{
    /// <summary>How many events the row has in this column.</summary>
    public abstract int Count { get; }

    /// <summary>Reads the row's values.</summary>
    public abstract void Read();

    /// <summary>Writes the value of an event of the row.</summary>
    public abstract void Append(StringBuilder text, int index);
}

/// <summary>Writes each value by itself.</summary>
/// <typeparam name="T">The type of the column's items.</typeparam>
internal sealed class FieldWriter<T>(ValueGetter<VBuffer<T>> getter, Action<StringBuilder, T> append) : FieldWriter
{
    private readonly RowValues<T> _values = new(getter);

    public override int Count => _values.Count;

    public override void Read() => _values.Read();

    public override void Append(StringBuilder text, int index) => append(text, _values[index]);
}

using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>One column of a data view that is held in memory.</summary>
internal abstract class MemoryColumn
{
    /// <summary>A <see cref="ValueGetter{TValue}"/> of the value in the row that <paramref name="row"/> gives.</summary>
    public abstract Delegate CreateGetter(Func<int> row);
}

/// <summary>A value for each row.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class ScalarMemoryColumn<T>(T[] values) : MemoryColumn
{
    public override Delegate CreateGetter(Func<int> row) => (ValueGetter<T>)((ref T value) => value = values[row()]);
}

/// <summary>A vector for each row: the values of all rows end to end, and where each row begins.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
internal sealed class VectorMemoryColumn<T>(T[] values, int[] starts) : MemoryColumn
{
    public override Delegate CreateGetter(Func<int> row) => (ValueGetter<VBuffer<T>>)((ref VBuffer<T> value) =>
    {
        int index = row(), start = starts[index], length = starts[index + 1] - start;
        VBufferEditor<T> editor = VBufferEditor.Create(ref value, length);
        values.AsSpan(start, length).CopyTo(editor.Values);
        value = editor.Commit();
    });
}

/// <summary>A vector of text for each row; each different text is held once.</summary>
internal sealed class TextVectorMemoryColumn(string[] texts, int[] values, int[] starts) : MemoryColumn
{
    public override Delegate CreateGetter(Func<int> row) => (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> value) =>
    {
        int index = row(), start = starts[index], length = starts[index + 1] - start;
        VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref value, length);
        for (int i = 0; i < length; i++) editor.Values[i] = texts[values[start + i]].AsMemory();
        value = editor.Commit();
    });
}

using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// An <see cref="AppendColumnTransformer"/> from a text column to a vector, which a cursor computes for many rows at a time. The base of the library's
/// embedders; it is not meant to be derived from outside the library.
/// </summary>
public abstract class BatchedTransformer : AppendColumnTransformer
{
    private protected BatchedTransformer(IHost host, string outputColumnName, string inputColumnName)
        : base(host, outputColumnName) =>
        InputColumnName = inputColumnName;

    /// <summary>Gets the name of the text column that is read.</summary>
    public string InputColumnName { get; }

    /// <summary>How many rows a cursor reads ahead and computes together.</summary>
    internal abstract int BatchSize { get; }

    /// <summary>Computes a vector for each text; called from several cursors at once.</summary>
    internal abstract void Compute(ReadOnlySpan<ReadOnlyMemory<char>> texts, Span<VBuffer<float>> results);

    internal sealed override int[] FindInputColumns(DataViewSchema inputSchema) => [TextColumn.Find(inputSchema, InputColumnName).Index];

    internal sealed override Delegate CreateGetter(DataViewRow input, int[] inputColumns)
    {
        ValueGetter<ReadOnlyMemory<char>> text = input.GetGetter<ReadOnlyMemory<char>>(input.Schema[inputColumns[0]]);
        var texts = new ReadOnlyMemory<char>[1];
        var results = new VBuffer<float>[1];
        long computed = -1;
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            if (input.Position < 0) throw new InvalidOperationException("The row has no current position: call MoveNext first.");
            if (computed != input.Position)
            {
                text(ref texts[0]);
                Compute(texts, results);
                computed = input.Position;
            }

            results[0].CopyTo(ref value);
        });
    }

    internal sealed override DataViewRowCursor CreateCursor(AppendColumnMapper mapper, DataViewRowCursor input, bool[] active) =>
        new BatchCursor(this, mapper, input, active);

    internal void CheckAlive() => Host.CheckAlive();
}

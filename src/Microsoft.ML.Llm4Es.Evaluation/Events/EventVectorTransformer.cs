using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends a vector of fixed length, computed of each row's events. The base of the baselines; it is not meant to be derived from outside the library.</summary>
public abstract class EventVectorTransformer : AppendColumnTransformer
{
    private protected EventVectorTransformer(IHost host, string outputColumnName, EventPlan plan)
        : base(host, outputColumnName) => Plan = plan;

    /// <summary>Gets the length of the vector.</summary>
    public abstract int Dimension { get; }

    private protected EventPlan Plan { get; }

    /// <summary>What each value of the vector is; empty where they have no names.</summary>
    private protected virtual string[] SlotNames => [];

    internal sealed override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        ReadOnlyMemory<char>[] slots = Array.ConvertAll(SlotNames, name => name.AsMemory());
        var names = new VBuffer<ReadOnlyMemory<char>>(slots.Length, slots);
        if (slots.Length > 0) annotations.AddSlotNames(names.Length, (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
        return new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, Dimension), annotations.ToAnnotations());
    }

    internal sealed override int[] FindInputColumns(DataViewSchema inputSchema) => Plan.FindColumns(inputSchema);

    internal sealed override Delegate CreateGetter(DataViewRow input, int[] inputColumns)
    {
        Action<Span<float>> write = CreateWriter(EventPlan.Readers(input, inputColumns));
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, Dimension);
            editor.Values.Clear();
            write(editor.Values);
            value = editor.Commit();
        });
    }

    /// <summary>What writes the vector of the row's current position over zeros.</summary>
    /// <param name="values">The readers of the plan's columns.</param>
    private protected abstract Action<Span<float>> CreateWriter(EventValues[] values);
}

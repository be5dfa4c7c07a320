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

    /// <summary>What is known of the appended column; null for nothing.</summary>
    private protected virtual DataViewSchema.Annotations? ColumnAnnotations => null;

    internal sealed override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema) =>
        new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, Dimension), ColumnAnnotations);

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

using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(AggregateEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES aggregate events", AggregateEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends the aggregates of each row's events.</summary>
public sealed class AggregateEventsTransformer : AppendColumnTransformer
{
    internal const string Loader = "Llm4EsAggregate";

    private static readonly ModelFormat Format = new("LLM4ESAG", 0x00010001, 0x00010001, Loader, typeof(AggregateEventsTransformer));

    private readonly EventPlan _plan;
    private readonly string[] _names;

    internal AggregateEventsTransformer(IHostEnvironment environment, string outputColumnName, EventPlan plan)
        : base(environment.Register(nameof(AggregateEventsTransformer)), outputColumnName)
    {
        _plan = plan;
        _names = [.. EventFeatures.Of(plan).SelectMany(features => features.Names)];
    }

    /// <summary>Gets what each slot of the vector is, such as <c>amount: sum</c>.</summary>
    public IReadOnlyList<string> FeatureNames => _names;

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        var names = new VBuffer<ReadOnlyMemory<char>>(_names.Length, Array.ConvertAll(_names, name => name.AsMemory()));
        annotations.AddSlotNames(_names.Length, (ref VBuffer<ReadOnlyMemory<char>> value) => names.CopyTo(ref value));
        return new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, _names.Length), annotations.ToAnnotations());
    }

    internal override int[] FindInputColumns(DataViewSchema inputSchema) => _plan.FindColumns(inputSchema);

    internal override Delegate CreateGetter(DataViewRow input, int[] inputColumns)
    {
        var events = new EntityEvents(_plan, EventPlan.Readers(input, inputColumns));
        EventFeatures[] features = EventFeatures.Of(_plan);
        return (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
        {
            events.Read();
            VBufferEditor<float> editor = VBufferEditor.Create(ref value, _names.Length);
            editor.Values.Clear();
            int offset = 0;
            foreach (EventFeatures block in features)
            {
                block.Write(events, editor.Values.Slice(offset, block.Names.Length));
                offset += block.Names.Length;
            }

            value = editor.Commit();
        });
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        _plan.Write(writer);
    }

    /// <summary>ML.NET finds this by the attribute at the top, and by its return type, and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString();
        return new AggregateEventsTransformer(environment, outputColumnName, EventPlan.Read(reader));
    }
}

using Microsoft.ML;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(AggregateEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES aggregate events", AggregateEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends the aggregates of each row's events.</summary>
public sealed class AggregateEventsTransformer : EventVectorTransformer
{
    internal const string Loader = "Llm4EsAggregate";

    private static readonly ModelFormat Format = new("LLM4ESAG", 0x00010001, 0x00010001, Loader, typeof(AggregateEventsTransformer));

    private readonly string[] _names;

    internal AggregateEventsTransformer(IHostEnvironment environment, string outputColumnName, EventPlan plan)
        : base(environment.Register(nameof(AggregateEventsTransformer)), outputColumnName, plan) => _names = [.. EventFeatures.Of(plan).SelectMany(features => features.Names)];

    /// <inheritdoc/>
    public override int Dimension => _names.Length;

    /// <summary>Gets what each slot of the vector is, such as <c>amount: sum</c>.</summary>
    public IReadOnlyList<string> FeatureNames => _names;

    private protected override string[] SlotNames => _names;

    private protected override Action<Span<float>> CreateWriter(EventValues[] values)
    {
        var events = new EntityEvents(Plan, values);
        EventFeatures[] features = EventFeatures.Of(Plan);
        return vector =>
        {
            events.Read();
            foreach (EventFeatures block in features)
            {
                block.Write(events, vector[..block.Names.Length]);
                vector = vector[block.Names.Length..];
            }
        };
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        Plan.Write(writer);
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

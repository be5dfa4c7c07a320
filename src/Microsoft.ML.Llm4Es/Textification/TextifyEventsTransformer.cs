using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(TextifyEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES textify events", TextifyEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es;

/// <summary>Appends the text of each row's events.</summary>
public sealed class TextifyEventsTransformer : AppendColumnTransformer
{
    internal const string Loader = "Llm4EsTextify";

    private static readonly ModelFormat Format = new("LLM4ESTX", 0x00010001, 0x00010001, Loader, typeof(TextifyEventsTransformer));

    private readonly EventField[] _fields;
    private readonly int? _maxEvents;

    internal TextifyEventsTransformer(IHostEnvironment environment, string outputColumnName, EventField[] fields, int? maxEvents)
        : base(environment.Register(nameof(TextifyEventsTransformer)), outputColumnName)
    {
        _fields = fields;
        _maxEvents = maxEvents;
    }

    /// <summary>Gets the fields that are written, in order.</summary>
    public IReadOnlyList<EventField> Fields => _fields;

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema) => new(OutputColumnName, TextDataViewType.Instance);

    internal override int[] FindInputColumns(DataViewSchema inputSchema) => [.. _fields.Select(field => EventColumn.Find(inputSchema, field).Index)];

    internal override Delegate CreateGetter(DataViewRow input, int[] inputColumns)
    {
        FieldWriter[] writers = [.. _fields.Select((field, i) => FieldWriterFactory.Create(input, input.Schema[inputColumns[i]], field))];
        var writer = new EventTextWriter(input, _fields, writers, _maxEvents);
        return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = writer.Write());
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        writer.Write(_maxEvents ?? 0);
        writer.Write(_fields.Length);
        foreach (EventField field in _fields) EventFieldFormat.Write(writer, field);
    }

    /// <summary>ML.NET finds this by the attribute at the top, by its name and by its return type, and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString();
        int maxEvents = reader.ReadInt32();
        var fields = new EventField[reader.ReadInt32()];
        for (int i = 0; i < fields.Length; i++) fields[i] = EventFieldFormat.Read(reader);
        return new TextifyEventsTransformer(environment, outputColumnName, fields, maxEvents == 0 ? null : maxEvents);
    }
}

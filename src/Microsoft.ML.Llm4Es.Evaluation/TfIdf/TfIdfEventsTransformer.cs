using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(TfIdfEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES TF-IDF of events", TfIdfEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends the reduced TF-IDF vector of each row's events; zeros where none of its terms is known.</summary>
public sealed class TfIdfEventsTransformer : EventVectorTransformer
{
    internal const string Loader = "Llm4EsTfIdf";

    private const string ProjectionEntry = "projection";

    private static readonly ModelFormat Format = new("LLM4ESTI", 0x00010001, 0x00010001, Loader, typeof(TfIdfEventsTransformer));

    private readonly int _significantDigits;
    private readonly TermVocabulary _vocabulary;
    private readonly float[,] _projection;

    internal TfIdfEventsTransformer(
        IHostEnvironment environment, string outputColumnName, EventPlan plan, int significantDigits, TermVocabulary vocabulary, float[,] projection)
        : base(environment.Register(nameof(TfIdfEventsTransformer)), outputColumnName, plan)
    {
        _significantDigits = significantDigits;
        _vocabulary = vocabulary;
        _projection = projection;
    }

    /// <inheritdoc/>
    public override int Dimension => _projection.GetLength(1);

    /// <summary>Gets the number of terms that count.</summary>
    public int Terms => _vocabulary.Count;

    private protected override Action<Span<float>> CreateWriter(EventValues[] values)
    {
        var terms = new EventTerms(Plan, values, _significantDigits);
        return vector =>
        {
            foreach ((int term, float weight) in _vocabulary.Weigh(terms.Count())) TensorPrimitives.MultiplyAdd(Row(term), weight, vector, vector);
        };
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        Plan.Write(writer);
        writer.Write(_significantDigits);
        _vocabulary.Write(writer);
        writer.Write(Dimension);
        context.SaveUncompressed(ProjectionEntry, stream =>
        {
            for (int term = 0; term < Terms; term++) stream.Write(MemoryMarshal.AsBytes(Row(term)));
        });
    }

    /// <summary>ML.NET finds this by the attribute at the top, and by its return type, and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString();
        EventPlan plan = EventPlan.Read(reader);
        int significantDigits = reader.ReadInt32();
        TermVocabulary vocabulary = TermVocabulary.Read(reader);
        float[,] projection = new float[vocabulary.Count, reader.ReadInt32()];
        if (!context.TryLoadUncompressed(ProjectionEntry, stream => stream.ReadExactly(MemoryMarshal.AsBytes(All(projection)))))
            throw new InvalidDataException($"The saved model lacks the {ProjectionEntry} of TF-IDF: the file is damaged or was not saved by this library.");
        return new TfIdfEventsTransformer(environment, outputColumnName, plan, significantDigits, vocabulary, projection);
    }

    private ReadOnlySpan<float> Row(int term) => All(_projection).Slice(term * Dimension, Dimension);

    private static Span<float> All(float[,] matrix) => MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length);
}

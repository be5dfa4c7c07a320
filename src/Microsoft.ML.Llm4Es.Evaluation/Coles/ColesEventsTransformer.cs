using Microsoft.ML;
using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Runtime;
using TorchSharp;
using static TorchSharp.torch;

[assembly: LoadableClass(typeof(ITransformer), typeof(ColesEventsTransformer), null, typeof(SignatureLoadModel), "LLM4ES CoLES", ColesEventsTransformer.Loader)]

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Appends the CoLES vector of each row's events; zeros for a row without events. Safe for several cursors and prediction engines at once.</summary>
public sealed class ColesEventsTransformer : EventVectorTransformer, IDisposable
{
    internal const string Loader = "Llm4EsColes";

    private const string WeightsEntry = "weights";

    private static readonly ModelFormat Format = new("LLM4ESCO", 0x00010001, 0x00010001, Loader, typeof(ColesEventsTransformer));

    private readonly EventInputs _inputs;
    private readonly EventSequenceNetwork _network;
    private int _disposed;

    internal ColesEventsTransformer(IHostEnvironment environment, string outputColumnName, EventInputs inputs, EventSequenceNetwork network)
        : base(environment.Register(nameof(ColesEventsTransformer)), outputColumnName, inputs.Plan)
    {
        _inputs = inputs;
        _network = network;
        network.eval();
    }

    /// <inheritdoc/>
    public override int Dimension => _network.HiddenSize;

    /// <summary>Frees the network. Transforming afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0) _network.Dispose();
    }

    private protected override Action<Span<float>> CreateWriter(EventValues[] values)
    {
        var events = new EntityEvents(Plan, values);
        return vector =>
        {
            ObjectDisposedException.ThrowIf(_disposed != 0, this);
            events.Read();
            if (events.Count > 0) Compute(_inputs.Encode(events), vector);
        };
    }

    private protected override void SaveModel(ModelSaveContext context)
    {
        context.Begin(Format);
        BinaryWriter writer = context.Writer();
        writer.Write(OutputColumnName);
        _inputs.Write(writer);
        writer.Write(Dimension);
        context.SaveUncompressed(WeightsEntry, stream => _network.save(stream));
    }

    /// <summary>ML.NET finds this by the attribute at the top, and by its return type, and calls it when a model is loaded.</summary>
    internal static ITransformer Create(IHostEnvironment environment, ModelLoadContext context)
    {
        context.Check(Format);
        BinaryReader reader = context.Reader();
        string outputColumnName = reader.ReadString();
        EventInputs inputs = EventInputs.Read(reader);
        var network = new EventSequenceNetwork(inputs, reader.ReadInt32(), seed: 0, environment.SelectDevice());
        if (context.TryLoadUncompressed(WeightsEntry, stream => network.load(stream))) return new ColesEventsTransformer(environment, outputColumnName, inputs, network);

        network.Dispose();
        throw new InvalidDataException($"The saved model lacks the {WeightsEntry} of CoLES: the file is damaged or was not saved by this library.");
    }

    private void Compute(EventSequence sequence, Span<float> vector)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradient = no_grad();
        _network.call([EventSlice.All(sequence)]).cpu().data<float>().CopyTo(vector);
    }
}

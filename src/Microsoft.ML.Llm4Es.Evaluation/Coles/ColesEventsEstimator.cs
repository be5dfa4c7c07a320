using Microsoft.ML.Runtime;
using TorchSharp;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Makes one vector of each entity's events by CoLES (Babaev et al., arXiv 2002.08232), after pytorch-lifestream: a recurrent network over the events,
/// trained so that random slices of one entity's events lie close together and slices of different entities apart.
/// </summary>
/// <remarks>
/// | | |
/// | -- | -- |
/// | Reads | vector columns with a value for each event: text, boolean, number, DateTime, DateTimeOffset, TimeSpan, key |
/// | Appends | a vector of <see cref="float"/>, as long as <see cref="ColesEventsOptions.HiddenSize"/> |
/// | Needs labels | no |
/// | Trains | in <see cref="Fit"/>, all events in memory; repeatably for one seed on one machine and number of threads |
/// | Runs on | CPU, or the GPU of <see cref="MLContext.GpuDeviceId"/> |
/// | Saved in a model | yes, with weights |
/// The time of the events is the column that GroupEvents marks as such, else the first one of dates.
/// </remarks>
public sealed class ColesEventsEstimator : IEstimator<ColesEventsTransformer>
{
    /// <summary>A field of numbers with more distinct values than this has no embedding of each.</summary>
    private const int MaxDistinctNumbers = 100;

    private readonly IHost _host;
    private readonly string _outputColumnName;
    private readonly ColesEventsOptions _options;

    internal ColesEventsEstimator(IHostEnvironment environment, string outputColumnName, ColesEventsOptions options)
    {
        _host = environment.Register(nameof(ColesEventsEstimator), options.Seed);
        _outputColumnName = outputColumnName;
        _options = options.Clone();
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => EventPlanLearner.AppendVector(inputSchema, _options.Fields, _outputColumnName);

    /// <summary>Trains the network.</summary>
    /// <param name="input">The rows, one an entity.</param>
    /// <returns>The transformer; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">A column is missing or of a wrong type, or there is none.</exception>
    /// <exception cref="InvalidOperationException">Too few entities have enough events, or libtorch does not load.</exception>
    /// <exception cref="OperationCanceledException">The options' token was cancelled.</exception>
    public ColesEventsTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        torch.Device device = _host.SelectDevice();
        int seed = _options.Seed ?? _host.Rand.Next();
        EventPlan plan = new EventPlanLearner(_options.Fields, _options.MaxCategories, MaxDistinctNumbers, CheckCancelled).Learn(input);
        EventInputs inputs = EventInputs.Learn(plan, ReadEntities(input, plan));
        EventSequence[] sequences = [.. ReadEntities(input, plan).Select(inputs.Encode)];

        var network = new EventSequenceNetwork(inputs, _options.HiddenSize, seed, device);
        try
        {
            using IChannel channel = _host.Start("Training CoLES");
            new ColesTrainer(network, _options, seed).Train(
                sequences, (epoch, epochs, loss) => channel.Info($"epoch {epoch} of {epochs}, loss {loss:F4}"), CheckCancelled);
            return new ColesEventsTransformer(_host, _outputColumnName, inputs, network);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private IEnumerable<EntityEvents> ReadEntities(IDataView input, EventPlan plan)
    {
        foreach (EntityEvents events in plan.ReadRows(input, values => new EntityEvents(plan, values), CheckCancelled))
        {
            events.Read();
            yield return events;
        }
    }

    private void CheckCancelled()
    {
        _options.CancellationToken.ThrowIfCancellationRequested();
        _host.CheckAlive();
    }
}

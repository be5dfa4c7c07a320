using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests.Experiments;

/// <summary>A search on synthetic card clients with models so small that a trial takes a moment, in a folder of its own.</summary>
internal sealed class TestExperiment : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("llm4es-experiment-");
    private int _tunings;

    public TestExperiment()
    {
        Ml.Log += (_, message) =>
        {
            if (message.RawMessage.StartsWith("tuning (", StringComparison.Ordinal)) Interlocked.Increment(ref _tunings);
        };
        Clients = Load(seed: 1);
    }

    public static LanguageModelPreset Preset { get; } = new()
    {
        HiddenSize = 16,
        HiddenLayers = 2,
        AttentionHeads = 2,
        KeyValueHeads = 1,
        IntermediateSize = 32,
        VocabularySize = 300,
        ContextLength = 128,
    };

    public MLContext Ml { get; } = new(seed: 1);

    public IDataView Clients { get; }

    public string Folder => Path.Combine(_root.FullName, "experiment");

    public string LogPath => Path.Combine(Folder, "trials.jsonl");

    /// <summary>How many times a model was tuned.</summary>
    public int Tunings => _tunings;

    /// <summary>Two models, each pooled in three ways.</summary>
    public Llm4EsSearchSpace Space { get; set; } = new()
    {
        Models = [LanguageModelSource.FromScratch(Preset)],
        MaxTokens = [2_000],
        LearningRates = [1e-3, 3e-3],
        Poolings = [PoolingOptions.Of(new LayerRange(0, 0)), PoolingOptions.Of(LayerRange.LastOnly), PoolingOptions.AllOf([new LayerRange(1, 2), new LayerRange(0, 0)], [TokenPooling.Mean, TokenPooling.Max])],
    };

    public IDataView Load(int seed)
    {
        (IReadOnlyList<CardClient> clients, IReadOnlyList<CardEvent> events) = CardClients.Generate(90, seed);
        IDataView grouped = Ml.Data.GroupEvents(Ml.Data.LoadFromEnumerable(events), nameof(CardEvent.ClientId), nameof(CardEvent.Time));
        return Ml.Data.JoinEntities(grouped, Ml.Data.LoadFromEnumerable(clients), nameof(CardClient.ClientId));
    }

    public Llm4EsExperimentSettings Settings(int trials = 6) => new()
    {
        Evaluation = new DownstreamEvaluationOptions
        {
            Label = nameof(CardClient.PlansAhead),
            FoldCount = 3,
            BootstrapSamples = 20,
            Classifier = new LightGbmOptions { Trees = 8, LearningRate = 0.2, MinRowsPerLeaf = 5, Threads = 1 },
        },
        Folder = Folder,
        Space = Space,
        MaxTrials = trials,
        Seed = 5,
    };

    public ExperimentResult Execute(Llm4EsExperimentSettings? settings = null, IDataView? clients = null, IProgress<ExperimentProgress>? progress = null, CancellationToken? cancellation = null) =>
        new Llm4EsExperiment(Ml, settings ?? Settings()).Execute(clients ?? Clients, progress, cancellation ?? TestContext.Current.CancellationToken);

    public void Dispose() => _root.Delete(recursive: true);
}

/// <summary>Calls back, in the thread that reports.</summary>
internal sealed class Told(Action<ExperimentProgress> told) : IProgress<ExperimentProgress>
{
    public void Report(ExperimentProgress value) => told(value);
}

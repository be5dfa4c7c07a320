using Microsoft.ML.Llm4Es.Evaluation;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// Entities a second that the CoLES baseline learns from, in fp32. The peer (peers/coles.py) trains the same network on as many and as long slices in PyTorch;
/// it makes its tensors once, while the library reads events of an IDataView.
/// </summary>
internal static class ColesBenchmark
{
    private const string Name = "train-coles";
    private const int Entities = 128;
    private const int EventsPerEntity = 150;
    private const int Shops = 300;
    private const int Epochs = 1;
    private const int MeasuredRounds = 3;

    /// <summary>What the library asks of glibc while it trains. Without it most of the peer's time is page faults, which says little of PyTorch.</summary>
    private static readonly (string, string)[] KeepFreedMemory = [("MALLOC_MMAP_MAX_", "0"), ("MALLOC_TRIM_THRESHOLD_", "2147483647"), ("MALLOC_TOP_PAD_", "68157440")];

    internal static Benchmark Benchmark { get; } = new(Name, "fitting the CoLES baseline on 128 entities of 150 events", Run);

    private static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        var context = new MLContext(seed: 0);
        IDataView entities = context.Data.LoadFromEnumerable(Histories());
        var library = Contender.Timed("llm4es fp32", Entities * Epochs, () =>
        {
            using ColesEventsTransformer fitted = context.Transforms.ColesEvents("Vector", new ColesEventsOptions { Epochs = Epochs, Seed = 0 }).Fit(entities);
        });
        using PeerProcess pytorch = StartPyTorch();
        using PeerProcess keeping = StartPyTorch(KeepFreedMemory);
        Contender[] peers = [Peer("pytorch fp32", pytorch), Peer("pytorch fp32, memory kept", keeping)];
        Rounds.Run(MeasuredRounds, "entities/s", [library, .. peers]);
        return BenchmarkResult.OfRates(Name, "entities/s", library, peers.MaxBy(peer => peer.Best)!);
    }

    private static Contender Peer(string name, PeerProcess process) => new(name + process.Remark, () => Entities * Epochs / process.Round());

    private static PeerProcess StartPyTorch(params (string Name, string Value)[] environment)
    {
        string[] arguments =
        [
            .. PeerProcess.Option("threads", get_num_threads()),
            .. PeerProcess.Option("entities", Entities),
            .. PeerProcess.Option("events", EventsPerEntity),
            .. PeerProcess.Option("categories", Shops + 2),
            .. PeerProcess.Option("epochs", Epochs),
        ];
        return PeerProcess.TryStartPython("coles.py", arguments, environment)
            ?? throw new InvalidOperationException("The benchmark compares with PyTorch, and no python3 with it was found. On Debian: apt-get install python3-torch libopenblas0-pthread.");
    }

    private static IEnumerable<History> Histories()
    {
        var random = new Random(0);
        for (int entity = 0; entity < Entities; entity++)
        {
            yield return new History
            {
                Time = [.. Enumerable.Range(0, EventsPerEntity).Select(i => new DateTime(2024, 1, 1).AddHours(7 * i))],
                Shop = [.. Enumerable.Range(0, EventsPerEntity).Select(_ => $"s{random.Next(Shops)}")],
                Amount = [.. Enumerable.Range(0, EventsPerEntity).Select(_ => (float)(100 * random.NextDouble()))],
            };
        }
    }

    private sealed class History
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Shop { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }
}

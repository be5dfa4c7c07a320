using System.Globalization;
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
        using PeerProcess? pytorch = TryStartPyTorch();
        Contender peer = pytorch is null
            ? throw new InvalidOperationException("The benchmark compares with PyTorch, and no python3 with it was found. On Debian: apt-get install python3-torch libopenblas0-pthread.")
            : new Contender($"pytorch fp32{pytorch.Remark}", () => Entities * Epochs / pytorch.Round());
        Rounds.Run(MeasuredRounds, "entities/s", library, peer);
        return BenchmarkResult.OfRates(Name, "entities/s", library, peer);
    }

    private static PeerProcess? TryStartPyTorch()
    {
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "peers", "coles.py"),
            .. Option("threads", get_num_threads()),
            .. Option("entities", Entities),
            .. Option("events", EventsPerEntity),
            .. Option("categories", Shops + 2),
            .. Option("epochs", Epochs),
        ];
        return PeerProcess.TryStart("/usr/bin/python3", arguments) ?? PeerProcess.TryStart("python3", arguments);
    }

    private static string[] Option(string name, int value) => [$"--{name}", value.ToString(CultureInfo.InvariantCulture)];

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

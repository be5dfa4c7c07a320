using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>What a benchmark measured, printed as one line of JSON.</summary>
/// <param name="Benchmark">The name of the benchmark.</param>
/// <param name="Value">The library's best over all rounds.</param>
/// <param name="Unit">The unit of <paramref name="Value"/> and <paramref name="PeerValue"/>.</param>
/// <param name="GemmShare">Useful floating-point operations a second over the best rate of a large square matrix product; <see langword="null"/> where no model computes.</param>
/// <param name="Peer">What did the same work in the same rounds.</param>
/// <param name="PeerValue">The peer's best over all rounds.</param>
/// <param name="Ratio">How many times as fast as the peer the library is: above 1 it is faster, whatever the unit.</param>
internal sealed record BenchmarkResult(string Benchmark, double Value, string Unit, double? GemmShare, string Peer, double PeerValue, double Ratio)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Compares the best rates of two contenders, where more is better.</summary>
    internal static BenchmarkResult OfRates(string benchmark, string unit, Contender library, Contender peer, double? gemmShare = null) =>
        new(benchmark, Round(library.Best), unit, gemmShare is { } share ? Round(share) : null, peer.Name, Round(peer.Best), Round(library.Best / peer.Best));

    /// <summary>Compares the shortest times of two contenders whose rate is calls a second: milliseconds a call, where less is better.</summary>
    internal static BenchmarkResult OfTimes(string benchmark, Contender library, Contender peer) =>
        new(benchmark, Round(1000 / library.Best), "ms", null, peer.Name, Round(1000 / peer.Best), Round(library.Best / peer.Best));

    public override string ToString() => JsonSerializer.Serialize(this, Json);

    /// <summary>Keeps four digits: timings have no more.</summary>
    private static double Round(double value)
    {
        if (value == 0 || !double.IsFinite(value)) throw new InvalidOperationException($"A benchmark measured {value}; expected a number other than 0.");
        int digits = 3 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits <= 0 ? Math.Round(value) : Math.Round(value, Math.Min(digits, 15));
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>What a benchmark measured, printed as one line of JSON.</summary>
/// <param name="Benchmark">The name of the benchmark.</param>
/// <param name="Value">The best rate over all rounds.</param>
/// <param name="Unit">The unit of <paramref name="Value"/> and <paramref name="PeerValue"/>.</param>
/// <param name="Peer">What did the same work in the same rounds.</param>
/// <param name="PeerValue">The best rate of the peer.</param>
/// <param name="GemmShare">Useful floating-point operations a second over those of a large matrix product in the same precision; null for what is no such work.</param>
/// <param name="PeerGemmShare">The share of the matrix product in the peer's precision that the peer reaches.</param>
internal sealed record BenchmarkResult(string Benchmark, double Value, string Unit, string Peer, double PeerValue, double? GemmShare = null, double? PeerGemmShare = null)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Gets <see cref="Value"/> over <see cref="PeerValue"/>.</summary>
    public double Ratio => Value / PeerValue;

    public override string ToString() => JsonSerializer.Serialize(this, Json);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>What a benchmark measured, printed as one line of JSON.</summary>
/// <param name="Benchmark">The name of the benchmark.</param>
/// <param name="Value">The best rate over all rounds.</param>
/// <param name="Unit">The unit of <paramref name="Value"/> and of the peer.</param>
/// <param name="GemmShare">Useful floating-point operations a second over those of a large matrix product in the same precision.</param>
/// <param name="Precision">The precision that <paramref name="Value"/> was measured in.</param>
/// <param name="Float32Value">The rate of the same work in fp32.</param>
/// <param name="Float32GemmShare">The share of the fp32 matrix product that it reaches.</param>
internal sealed record BenchmarkResult(string Benchmark, double Value, string Unit, double GemmShare, string Precision, double Float32Value, double Float32GemmShare)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    /// <summary>Gets what the peer is; <see langword="null"/> where it is not installed.</summary>
    public string? Peer { get; init; }

    /// <summary>Gets the best rate of the peer.</summary>
    public double? PeerValue { get; init; }

    /// <summary>Gets this library's rate over the peer's.</summary>
    public double? Ratio => Value / PeerValue;

    public override string ToString() => JsonSerializer.Serialize(this, Json);
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Random numbers from a seed, the same on every machine and in every version: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).</summary>
/// <param name="seed">Determines all streams.</param>
/// <param name="stream">Which of the seed's streams; they have nothing to do with one another.</param>
internal sealed class RandomStream(long seed, long stream)
{
    private const ulong GoldenRatio = 0x9E3779B97F4A7C15;

    private ulong _state = Mix(unchecked((ulong)seed + GoldenRatio)) ^ Mix(unchecked((ulong)stream * GoldenRatio));

    /// <summary>Draws a number from 0 to below 1, evenly.</summary>
    internal double NextDouble()
    {
        _state = unchecked(_state + GoldenRatio);
        return (Mix(_state) >> 11) * (1.0 / (1UL << 53));
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}

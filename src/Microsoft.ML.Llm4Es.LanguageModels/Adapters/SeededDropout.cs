using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Dropout (Srivastava et al., 2014) whose draws depend on seed, step, batch and place alone: a run that is resumed, or a layer that is computed anew, draws the same.</summary>
internal sealed class SeededDropout(double probability, int seed)
{
    private const long Prime = 1_000_003;

    private long _batchSeed = seed;

    /// <summary>Chooses the draws of the batch that comes.</summary>
    internal void StartBatch(int step, int batch) => _batchSeed = unchecked((((seed * Prime) + step) * Prime) + batch);

    /// <summary>Zeroes some of <paramref name="x"/> and scales the others up, where gradients are recorded; otherwise returns it as it is.</summary>
    internal Tensor Apply(Tensor x, int place)
    {
        if (probability == 0 || !is_grad_enabled()) return x;

        long placeSeed = unchecked((_batchSeed * Prime) + place);
        using Tensor dropped = x.device_type is DeviceType.CPU ? Draw(x, placeSeed) : DrawOnDevice(x, placeSeed);
        return x.masked_fill(dropped, 0) * (1 / (1 - probability));
    }

    /// <summary>Draws 16 bits a number: a step of 1/65,536 in the probability, and a tenth of the time that torch's generator takes.</summary>
    private Tensor Draw(Tensor x, long placeSeed)
    {
        const int NumbersPerWord = sizeof(ulong) / sizeof(short);
        using Tensor numbers = empty([(x.numel() + NumbersPerWord - 1) / NumbersPerWord * NumbersPerWord], ScalarType.Int16, CPU);
        Fill(MemoryMarshal.Cast<byte, ulong>(numbers.bytes), unchecked((ulong)placeSeed));
        int threshold = Math.Min(short.MinValue + (int)Math.Round(probability * (ushort.MaxValue + 1)), short.MaxValue);
        return numbers.narrow(0, 0, x.numel()).lt(threshold).view(x.shape);
    }

    /// <summary>TorchSharp 0.107 makes generators for the CPU alone; a GPU draws from its own, which is seeded for the purpose.</summary>
    private Tensor DrawOnDevice(Tensor x, long placeSeed)
    {
        cuda.manual_seed(placeSeed);
        return empty(x.shape, ScalarType.Bool, x.device).bernoulli_(probability);
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014).</summary>
    private static void Fill(Span<ulong> words, ulong state)
    {
        for (int i = 0; i < words.Length; i++)
        {
            state = unchecked(state + 0x9E3779B97F4A7C15);
            ulong bits = state;
            bits = unchecked((bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9);
            bits = unchecked((bits ^ (bits >> 27)) * 0x94D049BB133111EB);
            words[i] = bits ^ (bits >> 31);
        }
    }
}

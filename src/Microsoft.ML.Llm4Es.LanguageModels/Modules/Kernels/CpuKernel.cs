using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What the kernels share that compute, without gradients and on a CPU, in one pass over memory what takes libtorch several.</summary>
/// <remarks>
/// Between its matrix products a layer reads and writes each activation some thirty times when every operation is one of libtorch's, which in a small
/// model takes longer than the products. The kernels read bfloat16, compute in 32-bit floats and round once.
/// </remarks>
internal static class CpuKernel
{
    /// <summary>Below so many values for each thread, threads cost more than they save.</summary>
    private const int LeastValuesPerThread = 1 << 15;

    /// <summary>Libtorch's threads still spin a while behind a product; whoever is not kept off its core by one takes more of the pieces.</summary>
    private const int PiecesPerThread = 4;

    /// <summary>Gets whether the processor has the instructions, which all that multiply bfloat16 matrices have.</summary>
    internal static bool IsSupported => Avx512F.IsSupported;

    /// <summary>Gets the values of a contiguous tensor in the computer's memory.</summary>
    internal static Span<T> Values<T>(Tensor x)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(x.bytes);

    /// <summary>Runs <paramref name="range"/>, which is given the first item and the one behind the last, over all items, on libtorch's number of threads where that is worth it.</summary>
    internal static void Run(int items, int valuesPerItem, Action<int, int> range)
    {
        int threads = (int)Math.Min(get_num_threads(), Math.Max(1, (long)items * valuesPerItem / LeastValuesPerThread));
        if (threads == 1)
        {
            range(0, items);
            return;
        }

        int pieces = threads * PiecesPerThread;
        Parallel.For(0, pieces, new ParallelOptions { MaxDegreeOfParallelism = threads }, piece => range((int)((long)items * piece / pieces), (int)((long)items * (piece + 1) / pieces)));
    }
}

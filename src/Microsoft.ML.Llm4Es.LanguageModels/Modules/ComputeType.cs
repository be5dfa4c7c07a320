using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Decides what <see cref="ComputePrecision.Auto"/> means on a device.</summary>
internal static class ComputeType
{
    /// <summary>Whether the processor multiplies bfloat16 matrices: AVX512-BF16 or AMX-BF16.</summary>
    private static readonly bool ProcessorHasBFloat16 = HasBFloat16();

    internal static ComputePrecision Resolve(ComputePrecision precision, Device device) => precision switch
    {
        ComputePrecision.Float32 or ComputePrecision.BFloat16 => precision,
        ComputePrecision.Auto => device.type is DeviceType.CUDA || ProcessorHasBFloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "Expected Auto, Float32 or BFloat16."),
    };

    internal static ScalarType Of(ComputePrecision resolved) =>
        resolved is ComputePrecision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;

    private static bool HasBFloat16()
    {
        // Avx512F also says that the operating system saves the wide registers.
        if (!X86Base.IsSupported || !Avx512F.IsSupported || X86Base.CpuId(0, 0).Eax < 7) return false;
        // Intel's manual, CPUID leaf 7: sub-leaf 1 EAX bit 5 is AVX512_BF16; sub-leaf 0 EDX bit 22 is AMX-BF16.
        return (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0 || (X86Base.CpuId(7, 0).Edx & (1 << 22)) != 0;
    }
}

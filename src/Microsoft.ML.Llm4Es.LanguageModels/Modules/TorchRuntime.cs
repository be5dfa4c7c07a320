using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The native library (libtorch) that models run on.</summary>
public static class TorchRuntime
{
    private static readonly Lazy<Exception?> Failure = new(TryLoad);

    /// <summary>Loads libtorch, once a process.</summary>
    /// <exception cref="InvalidOperationException">It cannot be loaded; the message says what is missing and what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } failure) throw new InvalidOperationException(Remedy(failure), failure);
    }

    /// <summary>The device to run on: the GPU of that number, or the CPU.</summary>
    /// <param name="gpuDeviceId">The number of a CUDA device; null for the CPU.</param>
    /// <param name="fallbackToCpu">Whether to use the CPU where the GPU is not there.</param>
    /// <returns>The device.</returns>
    /// <exception cref="InvalidOperationException">The GPU is not there, and <paramref name="fallbackToCpu"/> is false.</exception>
    public static Device SelectDevice(int? gpuDeviceId, bool fallbackToCpu)
    {
        EnsureLoaded();
        if (gpuDeviceId is not { } gpu) return CPU;
        if (cuda.is_available() && gpu < cuda.device_count()) return device(DeviceType.CUDA, gpu);
        if (fallbackToCpu) return CPU;

        throw new InvalidOperationException(
            $"GPU {gpu} was asked for, but libtorch sees {(cuda.is_available() ? cuda.device_count() : 0)} CUDA device(s). " +
            "Reference the package TorchSharp-cuda-linux or TorchSharp-cuda-windows (in this repository: -p:TorchBackend=cuda-linux), " +
            "check the NVIDIA driver, or set FallbackToCpu on the MLContext.");
    }

    /// <summary>The type that matrix products are computed in on a device.</summary>
    internal static ScalarType ComputeType(ComputePrecision precision, Device device) => precision switch
    {
        ComputePrecision.Float32 => ScalarType.Float32,
        ComputePrecision.BFloat16 => ScalarType.BFloat16,
        _ when device.type == DeviceType.CUDA => ScalarType.BFloat16,
        _ => CpuMultipliesBFloat16() ? ScalarType.BFloat16 : ScalarType.Float32,
    };

    /// <summary>Whether the CPU has AVX512-BF16 (CPUID leaf 7.1, EAX bit 5) or AMX-BF16 (leaf 7.0, EDX bit 22).</summary>
    private static bool CpuMultipliesBFloat16()
    {
        if (!X86Base.IsSupported || !Avx512F.IsSupported) return false;
        (int leaves, _, _, int features) = X86Base.CpuId(7, 0);
        if ((features & (1 << 22)) != 0) return true;
        return leaves >= 1 && (X86Base.CpuId(7, 1).Eax & (1 << 5)) != 0;
    }

    private static Exception? TryLoad()
    {
        try
        {
            using Tensor probe = zeros(1);
            return null;
        }
        catch (Exception failure) when (failure is TypeInitializationException or DllNotFoundException or NotSupportedException or EntryPointNotFoundException)
        {
            return failure;
        }
    }

    private static string Remedy(Exception failure)
    {
        Exception cause = failure.GetBaseException();
        string found = cause.Message.ReplaceLineEndings(" ");
        string remedy = found.Contains("GLIBCXX", StringComparison.Ordinal) || found.Contains("GLIBC_", StringComparison.Ordinal)
            ? "The system's C++ library is older than libtorch needs, and the copy of libLibTorchSharp.so that the build prepares was not used: " +
              "build and publish with the targets of this package (do not copy TorchSharp's files by hand), or install libstdc++ 13 or newer."
            : "Reference a libtorch package that matches TorchSharp 0.107: TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows, " +
              "and set a RuntimeIdentifier that it supports (linux-x64, win-x64, osx-arm64).";
        return $"libtorch could not be loaded on {RuntimeInformation.RuntimeIdentifier}: {found} {remedy}";
    }
}

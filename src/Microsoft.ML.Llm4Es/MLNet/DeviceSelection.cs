using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es;

/// <summary>The device that <see cref="MLContext.GpuDeviceId"/> and <see cref="MLContext.FallbackToCpu"/> ask for.</summary>
internal static class DeviceSelection
{
    public static Device SelectDevice(this IHostEnvironment environment)
    {
        TorchRuntime.EnsureLoaded();
        if (environment.GpuDeviceId() is not { } gpu) return CPU;
        int devices = cuda.is_available() ? cuda.device_count() : 0;
        if (gpu < devices) return device(TorchSharp.DeviceType.CUDA, gpu);
        if (environment.FallbackToCpu()) return CPU;

        throw new InvalidOperationException(
            $"GPU {gpu} was asked for, but libtorch sees {devices} CUDA device(s). Reference the package TorchSharp-cuda-linux or TorchSharp-cuda-windows " +
            "(in this repository: -p:TorchBackend=cuda-linux), check the NVIDIA driver, or set FallbackToCpu on the MLContext.");
    }
}

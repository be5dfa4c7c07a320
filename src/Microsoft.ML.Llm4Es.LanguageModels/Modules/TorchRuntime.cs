using System.Runtime.InteropServices;
using TorchSharp;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Loads libtorch, the native library that computes tensors.</summary>
public static class TorchRuntime
{
    private static readonly Lazy<Exception?> Failure = new(Load);

    /// <summary>Loads libtorch once for the process; later calls return at once. Everything in this library that needs tensors calls it first.</summary>
    /// <exception cref="InvalidOperationException">libtorch is missing or does not load; the message says what to do.</exception>
    public static void EnsureLoaded()
    {
        if (Failure.Value is { } cause) throw new InvalidOperationException(Explain(cause), cause);
    }

    /// <summary>
    /// Lets the C library keep what tensors give back until the result is disposed, for training of your own that makes and frees the same large tensors step
    /// after step: glibc else returns large blocks to the system, which clears them page by page for the next step. Calls may overlap. This library's own
    /// training does it by itself.
    /// </summary>
    /// <returns>What ends it; then what is free goes back to the system. <see langword="null"/> where the C library is not glibc, and nothing is changed.</returns>
    public static IDisposable? KeepFreedMemory() => NativeHeap.KeepFreedMemory();

    private static Exception? Load()
    {
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            using torch.Tensor probe = torch.zeros(1);
            return null;
        }
        catch (Exception cause) when (cause is TypeInitializationException or NotSupportedException or DllNotFoundException or BadImageFormatException or EntryPointNotFoundException)
        {
            return cause;
        }
    }

    private static string Explain(Exception cause)
    {
        string reason = Reason(cause);
        string remedy = reason switch
        {
            _ when reason.Contains("GLIBCXX", StringComparison.Ordinal) || reason.Contains("GLIBC_", StringComparison.Ordinal) =>
                "The system's C or C++ runtime is older than libtorch asks for (GCC 13 for an unpatched libLibTorchSharp.so). Build with this package's MSBuild targets, "
                + "which lift that requirement, or use a system with glibc 2.28 and libstdc++ of GCC 13 or later.",
            _ when reason.Contains("libcu", StringComparison.OrdinalIgnoreCase) || reason.Contains("nvidia", StringComparison.OrdinalIgnoreCase) =>
                "A CUDA library is missing. Install the NVIDIA driver, or build for the CPU (TorchBackend=cpu, package TorchSharp-cpu).",
            _ =>
                "Add one of the packages TorchSharp-cpu, TorchSharp-cuda-linux or TorchSharp-cuda-windows, in the version of TorchSharp, to the program that runs, "
                + "and build it for this platform (RuntimeIdentifier).",
        };
        return $"libtorch could not be loaded on {RuntimeInformation.RuntimeIdentifier}: {reason} {remedy}";
    }

    /// <summary>What the system's loader says of the native library: TorchSharp's own message is a page long and leaves that out.</summary>
    private static string Reason(Exception cause)
    {
        string name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        string[] folders = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")];
        string? library = folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
        if (library is null) return $"{name} is not beside the program.";

        try
        {
            NativeLibrary.Free(NativeLibrary.Load(library));
            return FirstLine(Innermost(cause).Message);
        }
        catch (Exception loading) when (loading is DllNotFoundException or BadImageFormatException)
        {
            return LastLine(loading.Message);
        }
    }

    private static string FirstLine(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).First();

    /// <summary>The loader's own words come after .NET's advice on how to trace it.</summary>
    private static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Last().TrimEnd('.') + ".";

    private static Exception Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner) exception = inner;
        return exception;
    }
}

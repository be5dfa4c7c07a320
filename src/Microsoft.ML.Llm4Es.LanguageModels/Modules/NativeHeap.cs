using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Lets glibc keep memory that tensors give back, for work that makes and frees the same large tensors step after step.</summary>
/// <remarks>
/// By default glibc hands blocks above 32 MB back to the system when they are freed, and the end of the heap with them. The next step gets new pages, which
/// the system clears one by one: 7 % of the time of a training step of a 135M model. Where the C library is not glibc, nothing is changed.
/// </remarks>
internal static partial class NativeHeap
{
    // The names and defaults of malloc.h (glibc). The thresholds grow by themselves up to these values, until one of them is set.
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MapThreshold = -3;
    private const int MostMaps = -4;
    private const int DefaultMostMaps = 65536;
    private const int LargestMapThreshold = 32 << 20;
    private const int LargestTrimThreshold = 2 * LargestMapThreshold;

    // A thread's heap is 64 MB; one that is empty stays while this exceeds it.
    private const int AboveThreadHeap = 65 << 20;

    private static readonly Lock Gate = new();
    private static readonly bool IsSupported = OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out nint library)
        && NativeLibrary.TryGetExport(library, "mallopt", out _) && NativeLibrary.TryGetExport(library, "malloc_trim", out _);

    private static int _holders;

    /// <summary>Keeps freed memory until the result, and that of every other call, is disposed; then what is free goes back to the system.</summary>
    internal static IDisposable? KeepFreedMemory()
    {
        if (!IsSupported) return null;
        lock (Gate)
        {
            if (_holders++ == 0) Set(mostMaps: 0, trimThreshold: int.MaxValue, topPad: AboveThreadHeap);
        }

        return new Holder();
    }

    private static void Release()
    {
        lock (Gate)
        {
            if (--_holders > 0) return;
            Set(DefaultMostMaps, LargestTrimThreshold, topPad: 0);
            _ = SetOption(MapThreshold, LargestMapThreshold);
            _ = Trim(0);
        }
    }

    private static void Set(int mostMaps, int trimThreshold, int topPad)
    {
        _ = SetOption(MostMaps, mostMaps);
        _ = SetOption(TrimThreshold, trimThreshold);
        _ = SetOption(TopPad, topPad);
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int option, int value);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Trim(nuint keep);

    private sealed class Holder : IDisposable
    {
        private int _disposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) Release();
        }
    }
}

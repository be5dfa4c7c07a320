using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>How much memory libtorch and other native code of this process has in use.</summary>
internal static class AllocatedMemory
{
    /// <summary>
    /// The bytes that native code has allocated and not freed, where the C library tells (mallinfo2(3)): what is resident depends on what the system takes away and
    /// what the garbage collector holds in reserve.
    /// </summary>
    public static long InUse()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (!OperatingSystem.IsLinux()) return Environment.WorkingSet - GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

        MallocInfo info = MallInfo2();
        return (long)(info.InUse + info.Mapped);
    }

    [DllImport("libc", EntryPoint = "mallinfo2")]
    private static extern MallocInfo MallInfo2();

    /// <summary>The struct mallinfo2 of glibc 2.33.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct MallocInfo
    {
        private readonly nuint _arena;
        private readonly nuint _freeChunks;
        private readonly nuint _fastChunks;
        private readonly nuint _mappings;
        public readonly nuint Mapped;
        private readonly nuint _unused;
        private readonly nuint _fastFree;
        public readonly nuint InUse;
        private readonly nuint _free;
        private readonly nuint _releasable;
    }
}

using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Bounds how many matrix products oneDNN keeps prepared, one for each shape and type.</summary>
/// <remarks>
/// By default it keeps 1,024 of some megabytes each. Texts of any length make batches of ever new shapes, so that training took 3.8 GB where it needs 1.1,
/// and gained no time by it. A step of one shape needs a few dozen. Where the variables are set already, they stay as they are.
/// </remarks>
internal static partial class PrimitiveCache
{
    private const string Capacity = "64";
    private const string Library = "libc.so.6";

    /// <summary>Sets the variables that oneDNN, and ideep between it and libtorch, read once. .NET's own setter would not reach native code.</summary>
    internal static void Bound()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(Library, out _)) return;
        _ = SetVariable("ONEDNN_PRIMITIVE_CACHE_CAPACITY", Capacity, overwrite: 0);
        _ = SetVariable("LRU_CACHE_CAPACITY", Capacity, overwrite: 0);
    }

    [LibraryImport(Library, EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetVariable(string name, string value, int overwrite);
}

using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Weights inside a saved ML.NET model, stored without compression: weights hardly compress, and ML.NET's own route through a temporary file and
/// deflate takes nine times as long for gigabytes. Where ML.NET's archive is not reachable, its own route is used.
/// </summary>
internal static class ModelWeights
{
    public static void SaveUncompressed(this ModelSaveContext context, string name, Action<Stream> write)
    {
        if (!TryGet(() => Archive(context.Repository), out ZipArchive? archive))
        {
            context.SaveStream(name, write);
            return;
        }

        using Stream stream = archive.CreateEntry(EntryName(context.Directory, name), CompressionLevel.NoCompression).Open();
        write(stream);
    }

    public static bool TryLoadUncompressed(this ModelLoadContext context, string name, Action<Stream> read)
    {
        if (!TryGet(() => Entries(context.Repository), out Dictionary<string, ZipArchiveEntry>? entries))
            return context.TryLoadStream(name, read);

        if (!entries.TryGetValue(EntryName(context.Directory, name), out ZipArchiveEntry? entry)) return false;

        using Stream stream = entry.Open();
        read(stream);
        return true;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_archive")]
    private static extern ref ZipArchive Archive(RepositoryWriter writer);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_entries")]
    private static extern ref Dictionary<string, ZipArchiveEntry> Entries(RepositoryReader reader);

    private static string EntryName(string? directory, string name) => Path.Combine(directory ?? "", name);

    /// <summary>False where this version of ML.NET names its private field otherwise.</summary>
    private static bool TryGet<T>(Func<T> get, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? value) where T : class
    {
        try
        {
            value = get();
            return true;
        }
        catch (MissingFieldException)
        {
            value = null;
            return false;
        }
    }
}

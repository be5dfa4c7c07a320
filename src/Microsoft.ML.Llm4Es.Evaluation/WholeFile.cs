namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Writes files that are there whole or not at all.</summary>
internal static class WholeFile
{
    /// <summary>Writes under a temporary name, then replaces what is there.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string partial = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (FileStream stream = new(partial, FileMode.CreateNew))
            {
                write(stream);
                // The name must not reach the disk before the content does.
                stream.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }
    }
}

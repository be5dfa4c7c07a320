namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Finds out before the long work whether its result can be written.</summary>
internal static class OutputFolder
{
    /// <exception cref="IOException">The folder is a file, or cannot be written to.</exception>
    public static void Check(string folder)
    {
        string full = Path.GetFullPath(folder);
        if (File.Exists(full)) throw new IOException($"{folder} (--output) is a file. Name a folder, which is made where it is missing.");

        string existing = full;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing) ?? throw new IOException($"{folder} (--output) cannot be made. Name another folder.");
        string trial = Path.Combine(existing, Path.GetRandomFileName());
        try
        {
            File.Create(trial, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder} (--output) cannot be written: {exception.Message} Name another folder.", exception);
        }
    }
}

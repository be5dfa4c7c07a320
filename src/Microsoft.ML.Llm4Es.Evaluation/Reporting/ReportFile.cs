using System.Text;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Writes a report in the format that its file's name ends in.</summary>
internal static class ReportFile
{
    /// <summary>Replaces the file at once, so that it is never half written.</summary>
    /// <param name="path">The file; its folder is made where it is missing.</param>
    /// <param name="write">The text for an extension, <c>.json</c>, <c>.csv</c>, <c>.md</c> or <c>.html</c>; null for any other.</param>
    /// <exception cref="ArgumentException">The name ends otherwise.</exception>
    public static void Write(string path, Func<string, string?> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string full = Path.GetFullPath(path);
        string extension = Path.GetExtension(full).ToLowerInvariant();
        string text = write(extension)
            ?? throw new ArgumentException($"A report cannot be written as '{extension}'; expected is a name that ends in .json, .csv, .md or .html.", nameof(path));

        WholeFile.Write(full, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }
}

using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>Keeps the seed of a run beside its checkpoints: a process that goes on has another context, which would draw another seed.</summary>
internal static class CheckpointSeed
{
    private const string FileName = "seed.txt";

    /// <summary>Gets the seed that the folder keeps, or keeps the one that was drawn.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    internal static int Keep(string? folder, int drawn)
    {
        if (folder is null) return drawn;

        string path = Path.Combine(folder, FileName);
        if (File.Exists(path))
        {
            string text = File.ReadAllText(path);
            return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int kept)
                ? kept
                : throw new InvalidDataException($"{path} holds '{text}' and not a seed. Delete the folder to tune from the start, or set Seed.");
        }

        Directory.CreateDirectory(folder);
        string temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        File.WriteAllText(temporary, drawn.ToString(CultureInfo.InvariantCulture));
        File.Move(temporary, path, overwrite: true);
        return drawn;
    }
}

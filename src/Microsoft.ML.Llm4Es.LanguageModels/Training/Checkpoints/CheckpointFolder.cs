using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The checkpoints of a run in their folder. One process at a time has it.</summary>
internal sealed class CheckpointFolder : IDisposable
{
    private const string Prefix = "step-";
    private const string Extension = ".checkpoint";
    private const string LockFile = ".lock";

    private readonly CheckpointOptions _options;
    private readonly Action<string>? _log;
    private readonly FileStream _lock;

    /// <summary>Makes the folder, takes it for this process, and deletes what a process that was killed left half-written.</summary>
    /// <exception cref="IOException">The folder cannot be written, or another process trains there.</exception>
    internal CheckpointFolder(CheckpointOptions options, Action<string>? log)
    {
        _options = options;
        _log = log;
        try
        {
            Directory.CreateDirectory(options.Folder);
            _lock = new FileStream(Path.Combine(options.Folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The checkpoint folder {options.Folder} cannot be used: {cause.Message} Choose a folder that can be written and in which no other process trains.", cause);
        }

        foreach (string unfinished in Directory.GetFiles(options.Folder, $".{Prefix}*.tmp")) File.Delete(unfinished);
    }

    /// <summary>Opens the newest checkpoint that is not damaged; null in a new folder.</summary>
    /// <exception cref="InvalidDataException">All of them are damaged.</exception>
    internal TrainingCheckpoint? OpenNewest()
    {
        InvalidDataException? last = null;
        foreach ((int _, string path) in Checkpoints())
        {
            try
            {
                return TrainingCheckpoint.Open(path);
            }
            catch (InvalidDataException damage)
            {
                _log?.Invoke($"{damage.Message} Going back to the checkpoint before.");
                last = damage;
            }
        }

        if (last is null) return null;
        throw new InvalidDataException($"No checkpoint in {_options.Folder} is sound. {last.Message} Delete the folder to train from the start.", last);
    }

    /// <summary>Writes the checkpoint of a step, then deletes those beyond the number to keep.</summary>
    /// <exception cref="IOException">It cannot be written; the ones before it are untouched.</exception>
    internal void Save(int step, Action<Stream> write)
    {
        try
        {
            using var files = new StagedFiles(_options.Folder);
            files.Write(Prefix + step.ToString("D9", CultureInfo.InvariantCulture) + Extension, write);
            files.Commit();
            DeleteAllBut(step);
        }
        // ArgumentOutOfRangeException: the file is beyond the largest of its file system.
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            string last = Checkpoints().Select(checkpoint => $"the last good checkpoint is that of step {checkpoint.Step}").FirstOrDefault("there is no checkpoint yet");
            throw new IOException(
                $"Training stopped: the checkpoint of step {step} cannot be written to {_options.Folder}; {last}. {cause.Message} "
                + "Free space there or make the folder writable, then start again: training goes on from that checkpoint.",
                cause);
        }
    }

    public void Dispose() => _lock.Dispose();

    /// <summary>What is newer than the step is damaged, or it would have been gone on from.</summary>
    private void DeleteAllBut(int step)
    {
        (int Step, string Path)[] checkpoints = [.. Checkpoints()];
        IEnumerable<string> newer = checkpoints.Where(checkpoint => checkpoint.Step > step).Select(checkpoint => checkpoint.Path);
        IEnumerable<string> old = checkpoints.Where(checkpoint => checkpoint.Step <= step).Skip(_options.Keep).Select(checkpoint => checkpoint.Path);
        foreach (string path in newer.Concat(old)) File.Delete(path);
    }

    /// <summary>The checkpoints, newest first.</summary>
    private IEnumerable<(int Step, string Path)> Checkpoints() =>
        Directory.GetFiles(_options.Folder, Prefix + "*" + Extension)
            .Select(path => (Step: StepOf(path), Path: path))
            .Where(checkpoint => checkpoint.Step >= 0)
            .OrderByDescending(checkpoint => checkpoint.Step);

    /// <summary>The step in a checkpoint's name; -1 for another file.</summary>
    private static int StepOf(string path) =>
        int.TryParse(Path.GetFileNameWithoutExtension(path)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out int step) ? step : -1;
}

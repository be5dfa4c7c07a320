using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// The finished trials, a line of JSON each. A line is on the disk before the next trial begins; one that a killed process left in part is cut off, and its trial run again.
/// </summary>
internal sealed class TrialLog : IDisposable
{
    private const string FileName = "trials.jsonl";
    private const string LockName = "experiment.lock";

    private readonly FileStream _lock;
    private readonly FileStream _file;
    private readonly List<TrialResult> _results = [];

    /// <param name="folder">The experiment's folder.</param>
    /// <param name="grid">The settings of trials by number.</param>
    /// <param name="identity">What the experiment is.</param>
    /// <exception cref="IOException">Another process writes to it.</exception>
    /// <exception cref="InvalidOperationException">The folder is of another experiment.</exception>
    /// <exception cref="InvalidDataException">A line but the last is damaged, or of other settings.</exception>
    public TrialLog(string folder, SearchGrid grid, JsonNode identity)
    {
        Directory.CreateDirectory(folder);
        _lock = Lock(folder);
        try
        {
            string path = Path.Combine(folder, FileName);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
            ExperimentIdentity.Settle(folder, identity, hasTrials: _file.Length > 0);
            Read(path, grid);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyList<TrialResult> Results => _results;

    public void Append(TrialResult result)
    {
        _file.Write(Encoding.UTF8.GetBytes(ExperimentFormat.Write(result) + "\n"));
        _file.Flush(flushToDisk: true);
        _results.Add(result);
    }

    public void Dispose()
    {
        // It is not open yet where opening it failed.
        _file?.Dispose();
        _lock.Dispose();
    }

    /// <summary>Held apart from the log, which others may read meanwhile. The system lets go of it when the process ends, however it ends.</summary>
    private static FileStream Lock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException cause) when (Directory.Exists(folder))
        {
            throw new IOException($"The folder {folder} is in use; perhaps another process runs this experiment. Wait for it, or name another folder. {cause.Message}", cause);
        }
    }

    private void Read(string path, SearchGrid grid)
    {
        byte[] bytes = new byte[_file.Length];
        _file.ReadExactly(bytes);
        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        string[] lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n')[..^1];
        for (int i = 0; i < lines.Length; i++)
        {
            try
            {
                _results.Add(Parse(lines[i], grid));
            }
            catch (Exception cause) when (cause is JsonException or InvalidDataException or InvalidOperationException or KeyNotFoundException)
            {
                throw new InvalidDataException($"{path}, line {i + 1}, is no trial of this experiment: {cause.Message} Remove the line to run its trial again, or name another folder.", cause);
            }
        }

        _file.SetLength(whole);
        _file.Position = whole;
    }

    /// <summary>The settings are drawn again: the log tells them for people, and to be checked.</summary>
    private static TrialResult Parse(string line, SearchGrid grid)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        int trial = root.GetProperty("trial").GetInt32();
        if (trial < 0 || trial >= grid.Size) throw new InvalidDataException($"There is no trial {trial} in a space of {grid.Size}.");

        TrialSettings settings = grid[trial];
        JsonElement written = root.GetProperty("settings");
        if (!JsonElement.DeepEquals(written, JsonSerializer.SerializeToElement(settings, ExperimentFormat.Compact)))
            throw new InvalidDataException($"Trial {trial} has the settings {ExperimentFormat.Write(settings)}, and the line has {written.GetRawText()}.");

        return new TrialResult
        {
            Trial = trial,
            Rung = root.GetProperty("rung").GetInt32(),
            Share = root.GetProperty("share").GetDouble(),
            Metrics = root.GetProperty("metrics").Deserialize<MetricResult[]>(ExperimentFormat.Compact)!,
            Seconds = root.GetProperty("seconds").Deserialize<StageSeconds>(ExperimentFormat.Compact)!,
            Error = root.TryGetProperty("error", out JsonElement error) ? error.GetString() : null,
            Settings = settings,
        };
    }
}

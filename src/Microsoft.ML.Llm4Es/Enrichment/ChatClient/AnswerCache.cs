using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// The answers of a service on disk, a JSON object a line, appended as they come. A line that a crash cut off is taken away when the file is opened next. Safe for
/// several threads; a file is open in one process at a time.
/// </summary>
internal sealed class AnswerCache : IDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, CachedAnswer> _answers = [];
    private readonly Lock _lock = new();
    private readonly FileStream? _file;

    /// <param name="path">The file; null to keep the answers in memory only.</param>
    /// <exception cref="IOException">The file cannot be opened, or is open elsewhere.</exception>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public AnswerCache(string? path)
    {
        if (path is null) return;

        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
        // With FileShare.Read a second writer would be let in on Unix.
        _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            Load(_file, path);
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public CachedAnswer? Find(string key) => _answers.GetValueOrDefault(key);

    public void Add(CachedAnswer answer)
    {
        if (!_answers.TryAdd(answer.Key, answer) || _file is null) return;

        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(answer, Json), (byte)'\n'];
        lock (_lock)
        {
            _file.Write(line);
            // To the operating system, so that it outlives the process.
            _file.Flush();
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Load(FileStream file, string path)
    {
        long complete = LengthOfCompleteLines(file);
        file.Position = 0;
        using (var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, bufferSize: 1 << 16, leaveOpen: true))
        {
            long read = 0;
            for (int number = 1; read < complete && reader.ReadLine() is { } line; number++)
            {
                read += Encoding.UTF8.GetByteCount(line) + 1;
                CachedAnswer answer = Parse(line) ?? throw new InvalidDataException($"{path}, line {number} is no cached answer. Name another file as CachePath, or delete this one.");
                _answers[answer.Key] = answer;
            }
        }

        file.SetLength(complete);
        file.Position = complete;
    }

    private static CachedAnswer? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<CachedAnswer>(line, Json) is { Key: not null } answer ? answer : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long LengthOfCompleteLines(FileStream file)
    {
        for (long length = file.Length; length > 0; length--)
        {
            file.Position = length - 1;
            if (file.ReadByte() == '\n') return length;
        }

        return 0;
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One download of a model: what there is, what is wanted, and then file after file.</summary>
internal sealed class HubDownload
{
    private readonly string _repository;
    private readonly HubSettings _settings;
    private readonly HubTransport _transport;
    private readonly HubClient _client;
    private readonly HubCache _cache;
    private readonly IProgress<HubProgress>? _progress;
    private readonly CancellationToken _cancellation;

    internal HubDownload(string repository, HubSettings settings, HubTransport transport, IProgress<HubProgress>? progress, CancellationToken cancellation)
    {
        _repository = repository;
        _settings = settings;
        _transport = transport;
        _client = new(repository, settings, transport);
        _cache = new(settings.CacheFolder, repository);
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Downloads what the cache lacks; returns the folder.</summary>
    internal async Task<string> RunAsync()
    {
        _cancellation.ThrowIfCancellationRequested();
        if (_settings.Offline) return FindInCache();

        HubCommit commit = await _client.CommitAsync(_cancellation).ConfigureAwait(false);
        List<string> names = HubModelFiles.Choose(commit.Files, _settings.Options.GgufFile, $"'{_repository}'");
        if (names.Contains(SafetensorsFolder.IndexName))
        {
            await FetchAsync(commit.Commit, [SafetensorsFolder.IndexName], progress: null).ConfigureAwait(false);
            names.AddRange(HubModelFiles.Shards(Path.Combine(_cache.Snapshot(commit.Commit), SafetensorsFolder.IndexName), commit.Files, $"'{_repository}'"));
        }

        await FetchAsync(commit.Commit, names, _progress).ConfigureAwait(false);

        // Last, so that a revision without network never leads to half a model.
        _cache.WriteCommit(_settings.Options.Revision, commit.Commit);
        return _cache.Snapshot(commit.Commit);
    }

    private async Task FetchAsync(string commit, IReadOnlyList<string> names, IProgress<HubProgress>? progress)
    {
        List<HubFile> files = [];
        foreach (string name in names) files.Add(await _client.DescribeAsync(commit, name, _cancellation).ConfigureAwait(false));

        CheckSpace(files);
        long done = 0;
        long total = files.Sum(file => file.Size);
        foreach (HubFile file in files)
        {
            long before = done;
            HubFileDownload download = new(commit, file, _settings.Options, _client, _cache, _transport);
            await download.RunAsync(bytes => progress?.Report(new HubProgress(file.Name, before + bytes, total)), _cancellation).ConfigureAwait(false);
            done += file.Size;
        }
    }

    private void CheckSpace(List<HubFile> files)
    {
        Directory.CreateDirectory(_cache.ModelFolder);
        long missing = files.Where(file => !File.Exists(_cache.Blob(file))).Sum(file => file.Size - HubFileDownload.PartialLength(_cache, file));
        long free = new DriveInfo(_cache.ModelFolder).AvailableFreeSpace;
        if (missing > free)
            throw new IOException($"'{_repository}' needs {missing:N0} bytes, but {free:N0} are free where {_cache.ModelFolder} is. Free some, or set HF_HUB_CACHE or HubOptions.CacheFolder to another disk.");
    }

    private string FindInCache()
    {
        const string Remedy = "and the Hub is not to be asked (HF_HUB_OFFLINE or HubOptions.Offline). Download it once with that switched off.";
        if (_cache.FindCommit(_settings.Options.Revision) is not { } commit)
            throw new FileNotFoundException($"Revision '{_settings.Options.Revision}' of '{_repository}' is not in the cache {_cache.ModelFolder}, {Remedy}", _cache.ModelFolder);

        string snapshot = _cache.Snapshot(commit);
        string where = $"The cache of '{_repository}', {snapshot},";
        HashSet<string> there = Files(snapshot);
        try
        {
            List<string> names = HubModelFiles.Choose(there, _settings.Options.GgufFile, where);
            if (names.Contains(SafetensorsFolder.IndexName)) HubModelFiles.Shards(Path.Combine(snapshot, SafetensorsFolder.IndexName), there, where);
        }
        catch (FileNotFoundException cause)
        {
            throw new FileNotFoundException($"{cause.Message.TrimEnd('.')}, {Remedy}", cause.FileName, cause);
        }

        return snapshot;
    }

    /// <summary>The paths of a folder's files whose content is there, as a repository names them.</summary>
    private static HashSet<string> Files(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(HasContent).Select(path => Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/')).ToHashSet(StringComparer.Ordinal)
            : [];

    /// <summary>A link may have lost what it leads to.</summary>
    private static bool HasContent(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true) is not { Exists: false };
}

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What a download leaves in the cache, and what it asks for.</summary>
public sealed class HubDownloadTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DownloadAsync_LaysTheCacheOutAsHuggingFaceDoes()
    {
        using HubServer hub = HubServer.WithModel();

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(Path.Combine(hub.ModelFolder, "snapshots", hub.Commit), folder);
        Assert.Equal(["config.json", "model.safetensors", "tokenizer.json"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string path in Directory.GetFiles(folder))
        {
            byte[] content = hub.Files[Path.GetFileName(path)];
            Assert.Equal($"../../blobs/{HubServer.EntityTag(content)}", new FileInfo(path).LinkTarget);
            Assert.Equal(content, await File.ReadAllBytesAsync(path, Cancellation));
        }

        Assert.Equal(hub.Commit, await File.ReadAllTextAsync(Path.Combine(hub.ModelFolder, "refs", "main"), Cancellation));
        Assert.Equal(3, Directory.GetFiles(Path.Combine(hub.ModelFolder, "blobs")).Length);
    }

    [Fact]
    public void Download_DoesAllOnTheCallingThread()
    {
        using HubServer hub = HubServer.WithModel();
        Reports progress = new();

        string folder = HuggingFaceHub.Download(HubServer.Id, hub.Options, progress, Cancellation);

        Assert.Equal(hub.Files["model.safetensors"], File.ReadAllBytes(Path.Combine(folder, "model.safetensors")));
        Assert.Equal([Environment.CurrentManagedThreadId], progress.Threads.Distinct());
    }

    [Fact]
    public async Task DownloadAsync_ReportsBytesUpToTheTotal()
    {
        using HubServer hub = HubServer.WithModel();
        Reports progress = new();

        await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, progress, Cancellation);

        long total = hub.Files["config.json"].Length + hub.Files["tokenizer.json"].Length + hub.Files["model.safetensors"].Length;
        Assert.All(progress.Values, value => Assert.Equal(total, value.TotalBytes));
        Assert.Equal(progress.Values.Select(value => value.Bytes).Order(), progress.Values.Select(value => value.Bytes));
        Assert.Equal(new HubProgress("model.safetensors", total, total), progress.Values[^1]);
    }

    [Fact]
    public async Task DownloadAsync_SendsTheTokenToTheEndpointAlone()
    {
        using HubServer hub = HubServer.WithModel();

        await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.All(hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
        Assert.NotEmpty(hub.StorageRequests);
        Assert.All(hub.StorageRequests, request => Assert.False(request.Headers.ContainsKey("Authorization")));
    }

    [Fact]
    public async Task DownloadAsync_AgainAsksForNoContent()
    {
        using HubServer hub = HubServer.WithModel();
        string first = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);
        int contents = hub.StorageRequests.Count;

        string second = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(first, second);
        Assert.Equal(contents, hub.StorageRequests.Count);
    }

    [Fact]
    public async Task DownloadAsync_OfANewCommit_SharesWhatHasNotChanged()
    {
        using HubServer hub = HubServer.WithModel();
        string first = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);
        int contents = hub.StorageRequests.Count;
        hub.Commit = new string('f', 40);
        hub.Files["config.json"] = "{\"a\":1}"u8.ToArray();

        string second = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.NotEqual(first, second);
        Assert.Equal(contents, hub.StorageRequests.Count);
        Assert.Equal("{}", await File.ReadAllTextAsync(Path.Combine(first, "config.json"), Cancellation));
        Assert.Equal("{\"a\":1}", await File.ReadAllTextAsync(Path.Combine(second, "config.json"), Cancellation));
        Assert.Equal(hub.Commit, await File.ReadAllTextAsync(Path.Combine(hub.ModelFolder, "refs", "main"), Cancellation));
    }

    [Fact]
    public async Task DownloadAsync_OfACommit_WritesNoReference()
    {
        using HubServer hub = HubServer.WithModel();

        await HuggingFaceHub.DownloadAsync(HubServer.Id, new HubOptions { Endpoint = hub.Uri, CacheFolder = hub.Cache, Revision = hub.Commit }, cancellationToken: Cancellation);

        Assert.False(Directory.Exists(Path.Combine(hub.ModelFolder, "refs")));
    }

    [Fact]
    public async Task DownloadAsync_OfShards_TakesThoseThatTheIndexNames()
    {
        byte[] index = """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"""u8.ToArray();
        using HubServer hub = new(
            ("config.json", "{}"u8.ToArray()),
            ("model.safetensors.index.json", index),
            ("model-00001-of-00002.safetensors", new byte[1000]),
            ("model-00002-of-00002.safetensors", new byte[1001]),
            ("consolidated.safetensors", new byte[2000]));

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(
            ["config.json", "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors", "model.safetensors.index.json"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task DownloadAsync_OfAGgufFile_TakesItAlone()
    {
        using HubServer hub = new(("config.json", "{}"u8.ToArray()), ("quantised/model-Q8_0.gguf", new byte[1000]), ("other.gguf", new byte[900]));

        string folder = await HuggingFaceHub.DownloadAsync(
            HubServer.Id, new HubOptions { Endpoint = hub.Uri, CacheFolder = hub.Cache, GgufFile = "quantised/model-Q8_0.gguf" }, cancellationToken: Cancellation);

        string file = Assert.Single(Directory.GetFiles(folder, "*", SearchOption.AllDirectories));
        Assert.Equal(Path.Combine(folder, "quantised", "model-Q8_0.gguf"), file);
        Assert.Equal(1000, (await File.ReadAllBytesAsync(file, Cancellation)).Length);
    }

    [Fact]
    public async Task DownloadAsync_TwiceAtOnce_FetchesAContentOnce()
    {
        using HubServer hub = HubServer.WithModel();

        string[] folders = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation)));

        Assert.Single(folders.Distinct());
        Assert.Single(hub.StorageRequests);
        Assert.Equal(hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(folders[0], "model.safetensors"), Cancellation));
    }

    [Fact]
    public async Task DownloadAsync_OfARenamedRepository_FollowsTheRedirectWithTheToken()
    {
        using HubServer hub = HubServer.WithModel();
        const string Old = "organisation/old-name";
        hub.Answer = request => request.Path.Contains(Old, StringComparison.Ordinal)
            ? new(307) { Headers = { ["Location"] = request.Path.Replace(Old, HubServer.Id, StringComparison.Ordinal) } }
            : null;

        string folder = await HuggingFaceHub.DownloadAsync(Old, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.All(hub.Requests, request => Assert.Equal("Bearer hf_secret", request.Headers["Authorization"]));
    }

    /// <summary>What was reported, and on which threads.</summary>
    private sealed class Reports : IProgress<HubProgress>
    {
        internal List<HubProgress> Values { get; } = [];

        internal List<int> Threads { get; } = [];

        public void Report(HubProgress value)
        {
            Values.Add(value);
            Threads.Add(Environment.CurrentManagedThreadId);
        }
    }
}

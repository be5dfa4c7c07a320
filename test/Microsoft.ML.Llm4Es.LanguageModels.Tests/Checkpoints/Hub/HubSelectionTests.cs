namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Offline use, names that are refused, repositories without weights, and what the environment says.</summary>
public sealed class HubSelectionTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task DownloadAsync_Offline_TakesWhatTheCacheHolds()
    {
        using HubServer hub = HubServer.WithModel();
        string downloaded = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);
        int requests = hub.Requests.Count;
        HubOptions offline = new() { Endpoint = hub.Uri, CacheFolder = hub.Cache, Offline = true };

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, offline, cancellationToken: Cancellation);

        Assert.Equal(downloaded, folder);
        Assert.Equal(requests, hub.Requests.Count);
        Assert.Equal(folder, HuggingFaceHub.Download(HubServer.Id, new HubOptions { CacheFolder = hub.Cache, Offline = true, Revision = hub.Commit }, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task DownloadAsync_OfflineWithoutTheModel_SaysWhatIsMissing()
    {
        using TemporaryFolder cache = new();

        FileNotFoundException refusal = await Assert.ThrowsAsync<FileNotFoundException>(
            () => HuggingFaceHub.DownloadAsync(HubServer.Id, new HubOptions { CacheFolder = cache.Path, Offline = true }, cancellationToken: Cancellation));

        Assert.Contains(HubServer.Id, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DownloadAsync_OfflineWithALostContent_NamesTheFile()
    {
        using HubServer hub = HubServer.WithModel();
        await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);
        File.Delete(Path.Combine(hub.ModelFolder, "blobs", HubServer.EntityTag(hub.Files["model.safetensors"])));

        FileNotFoundException refusal = await Assert.ThrowsAsync<FileNotFoundException>(
            () => HuggingFaceHub.DownloadAsync(HubServer.Id, new HubOptions { CacheFolder = hub.Cache, Offline = true }, cancellationToken: Cancellation));

        Assert.Contains("model.safetensors", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json pytorch_model.bin", "pickle")]
    [InlineData("config.json", "model.safetensors")]
    [InlineData("model.safetensors", "config.json")]
    [InlineData("a-Q4_0.gguf b-Q8_0.gguf", "a-Q4_0.gguf, b-Q8_0.gguf")]
    public async Task DownloadAsync_WithoutWeightsThatCanBeRead_SaysWhatThereIs(string files, string mention)
    {
        using HubServer hub = new(files.Split(' ').Select(name => (name, "x"u8.ToArray())));

        FileNotFoundException refusal = await Assert.ThrowsAsync<FileNotFoundException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));

        Assert.Contains(mention, refusal.Message, StringComparison.Ordinal);
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("../../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData("")]
    public async Task DownloadAsync_OfAnIndexThatLeadsOutside_Refuses(string shard)
    {
        byte[] index = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { weight_map = new Dictionary<string, string> { ["a"] = shard } });
        using HubServer hub = new(("config.json", "{}"u8.ToArray()), ("model.safetensors.index.json", index), (shard, "x"u8.ToArray()));

        await Assert.ThrowsAsync<InvalidDataException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../etc")]
    [InlineData("a/b/c")]
    [InlineData("/name")]
    [InlineData("organisation/")]
    [InlineData("organisation/..")]
    [InlineData("organisation/na--me")]
    [InlineData("organisation/name.git")]
    [InlineData("organisation/-name")]
    [InlineData("organisation\\name")]
    [InlineData("organisation/name?x=1")]
    [InlineData("organisation/name#x")]
    [InlineData("organisation/na me")]
    [InlineData("organisation/%2e%2e")]
    public async Task DownloadAsync_OfWhatIsNoId_Refuses(string id) => await Assert.ThrowsAnyAsync<ArgumentException>(() => HuggingFaceHub.DownloadAsync(id, cancellationToken: Cancellation));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("/main")]
    [InlineData("main/")]
    [InlineData("a b")]
    [InlineData("a\\b")]
    [InlineData("a?b")]
    public void Revision_ThatLeadsElsewhere_IsRefused(string revision) => Assert.ThrowsAny<ArgumentException>(() => new HubOptions { Revision = revision });

    [Theory]
    [InlineData("../model.gguf")]
    [InlineData("/model.gguf")]
    [InlineData("model.bin")]
    [InlineData("a//b.gguf")]
    public void GgufFile_ThatLeadsElsewhere_IsRefused(string path) => Assert.ThrowsAny<ArgumentException>(() => new HubOptions { GgufFile = path });

    [Fact]
    public async Task DownloadAsync_OfABranchWithASlash_KeepsItsName()
    {
        using HubServer hub = HubServer.WithModel();
        hub.Answer = request => request.Path.EndsWith("/revision/refs%2Fpr%2F1", StringComparison.Ordinal)
            ? new(200, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new { sha = hub.Commit, siblings = hub.Files.Keys.Select(name => new { rfilename = name }) }))
            : null;

        await HuggingFaceHub.DownloadAsync(HubServer.Id, new HubOptions { Endpoint = hub.Uri, CacheFolder = hub.Cache, Revision = "refs/pr/1" }, cancellationToken: Cancellation);

        Assert.Equal(hub.Commit, await File.ReadAllTextAsync(Path.Combine(hub.ModelFolder, "refs", "refs", "pr", "1"), Cancellation));
    }

    [Fact]
    public void Environment_IsReadAsHuggingFaceReadsIt()
    {
        using TemporaryFolder home = new();
        File.WriteAllText(Path.Combine(home.Path, "token"), "from-file\n");

        HubEnvironment environment = Environment(("HF_HOME", home.Path));
        Assert.Equal(Path.Combine(home.Path, "hub"), environment.CacheFolder);
        Assert.Equal("from-file", environment.Token);
        Assert.Equal("https://huggingface.co/", environment.Endpoint.ToString());
        Assert.False(environment.Offline);

        HubEnvironment other = Environment(("HF_HOME", home.Path), ("HF_HUB_CACHE", "/cache"), ("HF_TOKEN", " mine "), ("HF_ENDPOINT", "http://mirror:8080"), ("HF_HUB_OFFLINE", "yes"));
        Assert.Equal(Path.GetFullPath("/cache"), other.CacheFolder);
        Assert.Equal("mine", other.Token);
        Assert.Equal(8080, other.Endpoint.Port);
        Assert.True(other.Offline);

        string user = System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile);
        Assert.Equal(Path.Combine(user, ".cache", "huggingface", "hub"), Environment().CacheFolder);
        Assert.Equal(Path.Combine(user, "models"), Environment(("HF_HUB_CACHE", "~/models")).CacheFolder);
        Assert.Throws<InvalidOperationException>(() => Environment(("HF_ENDPOINT", "mirror")).Endpoint);
    }

    private static HubEnvironment Environment(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}

using System.Net;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What a download does when the server, the connection or the user gets in its way.</summary>
public sealed class HubFailureTests
{
    private const int Part = 40_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DownloadAsync_OverACutConnection_GoesOnWhereItStopped(bool blocking)
    {
        using HubServer hub = HubServer.WithModel();
        byte[] weights = hub.Files["model.safetensors"];
        hub.AnswerStorage = request => request.Headers.ContainsKey("Range") ? null : new(200, weights) { CutAfter = Part };

        string folder = blocking
            ? HuggingFaceHub.Download(HubServer.Id, hub.Options, cancellationToken: Cancellation)
            : await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.Equal([null, $"bytes={Part}-"], hub.StorageRequests.Select(request => request.Headers.GetValueOrDefault("Range")));
    }

    [Fact]
    public async Task DownloadAsync_CutMoreOftenThanItMayRetry_GoesOnAsLongAsBytesArrive()
    {
        using HubServer hub = HubServer.WithModel();
        byte[] weights = hub.Files["model.safetensors"];
        hub.AnswerStorage = request => HubServer.Content(request, weights) with { CutAfter = Math.Min(10_000, HubServer.Content(request, weights).Body!.Length) };
        HubOptions options = new() { Endpoint = hub.Uri, CacheFolder = hub.Cache, MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) };

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, options, cancellationToken: Cancellation);

        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.Equal(10, hub.StorageRequests.Count);
    }

    [Fact]
    public async Task DownloadAsync_FromAServerWithoutRanges_BeginsAgain()
    {
        using HubServer hub = HubServer.WithModel();
        byte[] weights = hub.Files["model.safetensors"];
        hub.AnswerStorage = request => new(200, weights) { CutAfter = request.Headers.ContainsKey("Range") ? null : Part };

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DownloadAsync_Cancelled_KeepsWhatHasArrived(bool blocking)
    {
        using HubServer hub = HubServer.WithModel();
        byte[] weights = hub.Files["model.safetensors"];
        using CancellationTokenSource source = new();
        hub.AnswerStorage = _ => new(200, weights) { CutAfter = Part, Stalls = true };
        CancelAfter progress = new(Part, source);

        // The blocking call blocks a thread that is not the test's.
        Task download = blocking
            ? Task.Run(() => HuggingFaceHub.Download(HubServer.Id, hub.Options, progress, source.Token), CancellationToken.None)
            : HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, progress, source.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => download);

        string partial = Assert.Single(Directory.GetFiles(Path.Combine(hub.ModelFolder, "blobs"), "*.incomplete"));
        Assert.Equal(weights[..Part], await File.ReadAllBytesAsync(partial, Cancellation));

        hub.AnswerStorage = null;
        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);
        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.Equal($"bytes={Part}-", hub.StorageRequests[^1].Headers["Range"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task DownloadAsync_FromAServerThatFallsSilent_GivesUpWithTheReason(bool blocking)
    {
        using HubServer hub = HubServer.WithModel();
        hub.AnswerStorage = request => request.Headers.ContainsKey("Range") ? new(503) : new(200, hub.Files["model.safetensors"]) { CutAfter = Part, Stalls = true };
        HubOptions options = new() { Endpoint = hub.Uri, CacheFolder = hub.Cache, MaxRetries = 2, RetryDelay = TimeSpan.FromMilliseconds(1), Timeout = TimeSpan.FromSeconds(2) };

        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(
            () => blocking ? Task.Run(() => HuggingFaceHub.Download(HubServer.Id, options), CancellationToken.None) : HuggingFaceHub.DownloadAsync(HubServer.Id, options, cancellationToken: Cancellation));

        Assert.Contains("503", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
        Assert.Single(Directory.GetFiles(Path.Combine(hub.ModelFolder, "blobs"), "*.incomplete"));
    }

    [Fact]
    public async Task DownloadAsync_OfADamagedContent_RefusesAndLeavesNothing()
    {
        using HubServer hub = HubServer.WithModel();
        byte[] damaged = [.. hub.Files["model.safetensors"]];
        damaged[5] ^= 1;
        hub.AnswerStorage = _ => new(200, damaged);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));

        Assert.Contains("model.safetensors", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("checksum", refusal.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(hub.ModelFolder, "snapshots", hub.Commit, "model.safetensors")));
        Assert.False(File.Exists(Path.Combine(hub.ModelFolder, "blobs", HubServer.EntityTag(hub.Files["model.safetensors"]))));
        Assert.False(Directory.Exists(Path.Combine(hub.ModelFolder, "refs")));
    }

    [Fact]
    public async Task DownloadAsync_OverADamagedPartialFile_BeginsAgain()
    {
        using HubServer hub = HubServer.WithModel();
        byte[] weights = hub.Files["model.safetensors"];
        string partial = Path.Combine(hub.ModelFolder, "blobs", HubServer.EntityTag(weights) + ".incomplete");
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        await File.WriteAllBytesAsync(partial, new byte[Part], Cancellation);

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(weights, await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
    }

    [Fact]
    public async Task DownloadAsync_OfAnotherLengthThanAnnounced_Refuses()
    {
        using HubServer hub = HubServer.WithModel();
        hub.AnswerStorage = _ => new(200, new byte[50]);

        InvalidDataException refusal = await Assert.ThrowsAsync<InvalidDataException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));

        Assert.Contains("50 bytes; 100,000 were announced", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task DownloadAsync_FromABusyServer_AsksAgain(int status)
    {
        using HubServer hub = HubServer.WithModel();
        HashSet<string> refused = [];
        hub.Answer = request => refused.Add(request.Method + request.Path) ? new(status) { Headers = { ["Retry-After"] = "0" } } : null;

        string folder = await HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation);

        Assert.Equal(hub.Files["model.safetensors"], await File.ReadAllBytesAsync(Path.Combine(folder, "model.safetensors"), Cancellation));
        Assert.Contains(hub.Requests, request => request.Path.StartsWith("/api/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DownloadAsync_FromAServerThatIsNotThere_SaysSo()
    {
        Uri gone;
        using (HubServer hub = HubServer.WithModel()) gone = hub.Uri;
        using TemporaryFolder cache = new();

        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() => HuggingFaceHub.DownloadAsync(
            HubServer.Id, new HubOptions { Endpoint = gone, CacheFolder = cache.Path, MaxRetries = 1, RetryDelay = TimeSpan.FromMilliseconds(1) }, cancellationToken: Cancellation));

        Assert.Contains("cannot be reached", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "GatedRepo", "gated", "ask for access")]
    [InlineData(403, "GatedRepo", "gated", "ask for access")]
    [InlineData(401, "RepoNotFound", "was not found", "private or gated")]
    [InlineData(401, null, "was not found", "token")]
    [InlineData(403, null, "refused", "permission")]
    [InlineData(404, "RevisionNotFound", "no revision 'main'", "branches")]
    [InlineData(404, "RepoNotFound", "was not found", "id or the revision")]
    [InlineData(418, null, "status 418", "refuses")]
    public async Task DownloadAsync_Refused_SaysWhyAndWhatToDo(int status, string? code, string why, string whatToDo)
    {
        using HubServer hub = HubServer.WithModel();
        hub.Answer = _ => new(status) { Headers = code is null ? [] : new() { ["X-Error-Code"] = code } };

        HttpRequestException refusal = await Assert.ThrowsAsync<HttpRequestException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));

        Assert.Contains(HubServer.Id, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(whatToDo, refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_secret", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(status, (int)refusal.StatusCode!);
        Assert.Single(hub.Requests);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"sha":"../../../etc","siblings":[]}""")]
    [InlineData("""{"sha":"0123456789abcdef0123456789abcdef01234567","siblings":[1]}""")]
    public async Task DownloadAsync_OfANonsensicalAnswer_IsInvalidData(string answer)
    {
        using HubServer hub = HubServer.WithModel();
        hub.Answer = _ => new(200, System.Text.Encoding.UTF8.GetBytes(answer));

        await Assert.ThrowsAsync<InvalidDataException>(() => HuggingFaceHub.DownloadAsync(HubServer.Id, hub.Options, cancellationToken: Cancellation));

        Assert.False(Directory.Exists(Path.Combine(hub.ModelFolder, "snapshots")));
    }

    private sealed class CancelAfter(long bytes, CancellationTokenSource source) : IProgress<HubProgress>
    {
        public void Report(HubProgress value)
        {
            if (value.File == "model.safetensors" && value.Bytes >= bytes) source.Cancel();
        }
    }
}

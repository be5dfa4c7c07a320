using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A Hub with one model: an endpoint, and a second server to which it redirects the content of large files, as the Hub does.</summary>
internal sealed class HubServer : IDisposable
{
    internal const string Id = "organisation/tiny-model";

    private readonly HttpServer _endpoint;
    private readonly HttpServer _storage;
    private readonly TemporaryFolder _folder = new();

    internal HubServer(params IEnumerable<(string Name, byte[] Content)> files)
    {
        Files = files.ToDictionary(file => file.Name, file => file.Content, StringComparer.Ordinal);
        _storage = new(request => AnswerStorage?.Invoke(request) ?? Storage(request));
        _endpoint = new(request => Answer?.Invoke(request) ?? Endpoint(request));
    }

    /// <summary>The files of the model; those above 500 bytes lie in large-file storage.</summary>
    internal Dictionary<string, byte[]> Files { get; }

    internal string Commit { get; set; } = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>Answers a request in the endpoint's place; null leaves it to the endpoint.</summary>
    internal Func<HttpServerRequest, HttpServerReply?>? Answer { get; set; }

    /// <summary>Answers a request in the storage's place; null leaves it to the storage.</summary>
    internal Func<HttpServerRequest, HttpServerReply?>? AnswerStorage { get; set; }

    internal Uri Uri => _endpoint.Uri;

    internal IReadOnlyList<HttpServerRequest> Requests => [.. _endpoint.Requests];

    internal IReadOnlyList<HttpServerRequest> StorageRequests => [.. _storage.Requests];

    /// <summary>The cache of the tests.</summary>
    internal string Cache => _folder.Path;

    internal string ModelFolder => Path.Combine(Cache, "models--organisation--tiny-model");

    internal HubOptions Options => new() { Endpoint = Uri, CacheFolder = Cache, Token = "hf_secret", Offline = false, RetryDelay = TimeSpan.FromMilliseconds(10), Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>A Hub with a config, a tokenizer and 100,000 bytes of weights.</summary>
    internal static HubServer WithModel()
    {
        byte[] weights = new byte[100_000];
        new Random(1).NextBytes(weights);
        return new(("config.json", "{}"u8.ToArray()), ("tokenizer.json", "{ }"u8.ToArray()), ("model.safetensors", weights), ("README.md", "read"u8.ToArray()), ("pytorch_model.bin", "pickle"u8.ToArray()));
    }

    [SuppressMessage("Security", "CA5350:Do Not Use Weak Cryptographic Algorithms", Justification = "It is git's.")]
    internal static string EntityTag(byte[] content) => IsLarge(content)
        ? Convert.ToHexStringLower(SHA256.HashData(content))
        : Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {content.Length}\0")), .. content]));

    public void Dispose()
    {
        _endpoint.Dispose();
        _storage.Dispose();
        _folder.Dispose();
    }

    private static bool IsLarge(byte[] content) => content.Length > 500;

    private HttpServerReply Endpoint(HttpServerRequest request)
    {
        if (request.Path.StartsWith($"/api/models/{Id}/revision/", StringComparison.Ordinal))
        {
            string revision = Uri.UnescapeDataString(request.Path.Split('/')[^1]);
            return revision is "main" || revision == Commit ? new(200, Describe()) : new(404) { Headers = { ["X-Error-Code"] = "RevisionNotFound" } };
        }

        string prefix = $"/{Id}/resolve/{Commit}/";
        if (!request.Path.StartsWith(prefix, StringComparison.Ordinal)) return new(401) { Headers = { ["X-Error-Code"] = "RepoNotFound" } };
        if (!Files.TryGetValue(request.Path[prefix.Length..], out byte[]? content)) return new(404) { Headers = { ["X-Error-Code"] = "EntryNotFound" } };
        if (!IsLarge(content)) return Content(request, content) with { Headers = new() { ["ETag"] = $"W/\"{EntityTag(content)}\"", ["X-Repo-Commit"] = Commit } };
        return new(302)
        {
            Headers =
            {
                ["Location"] = $"{_storage.Uri}{EntityTag(content)}?signature=1",
                ["X-Linked-Etag"] = $"\"{EntityTag(content)}\"",
                ["X-Linked-Size"] = content.Length.ToString(CultureInfo.InvariantCulture),
                ["X-Repo-Commit"] = Commit,
            },
        };
    }

    private HttpServerReply Storage(HttpServerRequest request) =>
        Content(request, Files.Values.First(content => request.Path.StartsWith("/" + EntityTag(content), StringComparison.Ordinal)));

    /// <summary>The content, from where the request asks.</summary>
    internal static HttpServerReply Content(HttpServerRequest request, byte[] content)
    {
        if (!request.Headers.TryGetValue("Range", out string? range)) return new(200, content);
        int start = int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture);
        return new(206, content[start..]) { Headers = { ["Content-Range"] = $"bytes {start}-{content.Length - 1}/{content.Length}" } };
    }

    private byte[] Describe() => JsonSerializer.SerializeToUtf8Bytes(new { id = Id, sha = Commit, siblings = Files.Keys.Select(name => new { rfilename = name }) });
}

using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The Hub's protocol: the commit and files of a revision, the size and checksum of a file, its content from a byte on.</summary>
internal sealed class HubClient(string repository, HubSettings settings, HubTransport transport)
{
    private const int MostRedirects = 10;

    /// <summary>A list of a million files is shorter; a server that sends more is not believed.</summary>
    private const int LongestList = 100_000_000;

    private const string LinkedEntityTag = "X-Linked-Etag";
    private const string LinkedSize = "X-Linked-Size";

    private static readonly ProductInfoHeaderValue UserAgent = new("Microsoft.ML.Llm4Es", typeof(HubClient).Assembly.GetName().Version?.ToString(3));

    private readonly HubErrors _errors = new(repository, settings);

    /// <summary>Asks which commit a revision is, and which files it has.</summary>
    internal Task<HubCommit> CommitAsync(CancellationToken cancellation) => RetryAsync(
        async () =>
        {
            Uri uri = new(settings.Endpoint, $"api/models/{repository}/revision/{Uri.EscapeDataString(settings.Options.Revision)}");
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, uri, offset: 0, cancellation).ConfigureAwait(false);
            _errors.ThrowIfFailed(response, file: null);
            byte[] json = await ReadAllAsync(response, cancellation).ConfigureAwait(false);
            return ReadCommit(json, uri);
        },
        cancellation);

    /// <summary>Asks for a file's size and checksum.</summary>
    internal Task<HubFile> DescribeAsync(string commit, string name, CancellationToken cancellation) => RetryAsync(
        async () =>
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Head, Address(commit, name), offset: 0, cancellation).ConfigureAwait(false);
            _errors.ThrowIfFailed(response, name);
            string? found = Header(response, "X-Repo-Commit");
            if (found is not null && found != commit) throw new InvalidDataException($"{Address(commit, name)}: the server answers for commit {found}; {commit} is expected.");

            string entityTag = (Header(response, LinkedEntityTag) ?? Header(response, "ETag") ?? "").Replace("W/", "", StringComparison.Ordinal).Trim('"');
            if (!HubNames.IsChecksum(entityTag))
                throw new InvalidDataException($"{Address(commit, name)}: the entity tag is '{entityTag}'; a SHA-1 or SHA-256 in hexadecimal is expected, as the Hub gives it. Is {settings.Endpoint} a Hub?");

            string? size = Header(response, LinkedSize) ?? response.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture);
            return long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long length)
                ? new HubFile(name, entityTag, length)
                : throw new InvalidDataException($"{Address(commit, name)}: the server does not say how long the file is.");
        },
        cancellation);

    /// <summary>Requests a file's content from a byte on; not repeated here. A server may send it from the start all the same: see <see cref="HubBody.Start"/>.</summary>
    internal async Task<HubBody> OpenAsync(string commit, HubFile file, long offset, CancellationToken cancellation)
    {
        HttpResponseMessage response = await SendAsync(HttpMethod.Get, Address(commit, file.Name), offset, cancellation).ConfigureAwait(false);
        try
        {
            _errors.ThrowIfFailed(response, file.Name);
            return new HubBody(response, transport, settings.Options.Timeout, cancellation);
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private async Task<T> RetryAsync<T>(Func<Task<T>> request, CancellationToken cancellation)
    {
        HubBackoff backoff = new(settings.Options, transport);
        while (true)
        {
            try
            {
                return await request().ConfigureAwait(false);
            }
            catch (TransientHubException failure)
            {
                await backoff.WaitAsync(failure, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Sends a request, and follows redirects until an answer that is none, or that describes the file itself.</summary>
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, Uri uri, long offset, CancellationToken cancellation)
    {
        for (int redirects = 0; redirects <= MostRedirects; redirects++)
        {
            HttpResponseMessage response = await SendOnceAsync(method, uri, offset, cancellation).ConfigureAwait(false);
            bool describes = method == HttpMethod.Head && response.Headers.Contains(LinkedEntityTag);
            if ((int)response.StatusCode is < 300 or >= 400 || describes) return response;

            using (response)
            {
                Uri location = response.Headers.Location ?? throw new InvalidDataException($"{uri}: the server redirects ({(int)response.StatusCode}) without saying where.");
                Uri next = new(uri, location);
                if (uri.Scheme == Uri.UriSchemeHttps && next.Scheme != Uri.UriSchemeHttps) throw new InvalidDataException($"{uri}: the server redirects to {next}, which is not encrypted.");
                uri = next;
            }
        }

        throw new InvalidDataException($"{uri}: the server redirects more than {MostRedirects} times.");
    }

    private async Task<HttpResponseMessage> SendOnceAsync(HttpMethod method, Uri uri, long offset, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, uri);
        request.Headers.UserAgent.Add(UserAgent);

        // Sizes and ranges are those of the file, not of a compressed form.
        request.Headers.AcceptEncoding.Add(new("identity"));
        if (offset > 0) request.Headers.Range = new RangeHeaderValue(offset, null);
        if (settings.Token is { } token && IsEndpoint(uri)) request.Headers.Authorization = new("Bearer", token);

        using CancellationTokenSource timed = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timed.CancelAfter(settings.Options.Timeout);
        try
        {
            return await transport.SendAsync(request, timed.Token).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            string problem = timed.IsCancellationRequested ? $"no answer within {settings.Options.Timeout.TotalSeconds:g4} seconds" : failure.Message.TrimEnd('.');
            throw new TransientHubException($"{uri.GetLeftPart(UriPartial.Authority)} cannot be reached: {problem}. Where the model is in the cache already, set HF_HUB_OFFLINE=1.", failure);
        }
    }

    /// <summary>Whether an address is on the server that the token is meant for.</summary>
    private bool IsEndpoint(Uri uri) => Uri.Compare(uri, settings.Endpoint, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;

    private Uri Address(string commit, string name) => new(settings.Endpoint, $"{repository}/resolve/{commit}/{name}");

    private async Task<byte[]> ReadAllAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using HubBody body = new(response, transport, settings.Options.Timeout, cancellation);
        using MemoryStream content = new();
        byte[] buffer = new byte[1 << 14];
        while (await body.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int read)
        {
            content.Write(buffer, 0, read);
            if (content.Length > LongestList) throw new InvalidDataException($"{response.RequestMessage?.RequestUri}: the answer is longer than {LongestList:N0} bytes.");
        }

        return content.ToArray();
    }

    private static HubCommit ReadCommit(byte[] json, Uri uri)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            JsonElement root = document.RootElement;
            string commit = root.GetProperty("sha").GetString() ?? "";
            if (!HubNames.IsCommit(commit)) throw new InvalidDataException($"{uri}: the commit is '{commit}'; 40 hexadecimal digits are expected.");
            return new HubCommit(commit, root.GetProperty("siblings").EnumerateArray().Select(file => file.GetProperty("rfilename").GetString() ?? "").ToHashSet(StringComparer.Ordinal));
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"{uri}: the answer is no description of a repository. {cause.Message}", cause);
        }
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.First() : null;
}

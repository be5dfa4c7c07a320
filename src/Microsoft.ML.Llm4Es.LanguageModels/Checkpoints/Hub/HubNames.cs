using System.Buffers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Checks of names that become parts of addresses and paths, so that none leads elsewhere.</summary>
internal static class HubNames
{
    /// <summary>The limit of huggingface_hub (validate_repo_id).</summary>
    private const int LongestRepositoryId = 96;

    private const int LongestRevision = 250;
    private const int CommitLength = 40;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> LowerHexadecimal = SearchValues.Create("0123456789abcdef");

    /// <summary>Whether a text is the id of a repository: <c>name</c> or <c>organisation/name</c>.</summary>
    internal static bool IsRepository(string id)
    {
        string[] parts = id.Split('/');
        return id.Length <= LongestRepositoryId
            && parts.Length <= 2
            && !id.Contains("--", StringComparison.Ordinal)
            && !id.Contains("..", StringComparison.Ordinal)
            && !id.EndsWith(".git", StringComparison.Ordinal)
            && parts.All(part => part.Length > 0 && !part.AsSpan().ContainsAnyExcept(NameCharacters) && part[0] is not ('-' or '.') && part[^1] is not ('-' or '.'));
    }

    /// <exception cref="ArgumentException">The text is no id of a repository.</exception>
    internal static void CheckRepository(string id)
    {
        ArgumentException.ThrowIfNullOrEmpty(id);
        if (!IsRepository(id))
        {
            throw new ArgumentException(
                $"'{id}' is no id of a Hub repository. Expected 'name' or 'organisation/name' of up to {LongestRepositoryId} letters, digits, '-', '_' and '.', "
                + "without '--' and '..', neither beginning nor ending with '-' or '.', such as HuggingFaceTB/SmolLM2-135M.",
                nameof(id));
        }
    }

    /// <summary>Whether a text is the name of a branch or tag, or a commit.</summary>
    internal static bool IsRevision(string revision) => revision.Length is > 0 and <= LongestRevision && IsRelativePath(revision);

    /// <exception cref="ArgumentException">The text names no revision.</exception>
    internal static string CheckRevision(string revision)
    {
        ArgumentException.ThrowIfNullOrEmpty(revision);
        return IsRevision(revision)
            ? revision
            : throw new ArgumentException($"'{revision}' is no name of a revision. Expected a branch, a tag or a commit: letters, digits, '-', '_', '.' and '/' between names.", nameof(revision));
    }

    internal static bool IsCommit(string revision) => revision.Length == CommitLength && !revision.AsSpan().ContainsAnyExcept(LowerHexadecimal);

    /// <summary>Whether an entity tag is a checksum: a git object's SHA-1, or the SHA-256 of a file in large-file storage.</summary>
    internal static bool IsChecksum(string entityTag) => entityTag.Length is HubChecksum.Sha1Length or HubChecksum.Sha256Length && !entityTag.AsSpan().ContainsAnyExcept(LowerHexadecimal);

    /// <exception cref="ArgumentException">The text is no relative path of a .gguf file.</exception>
    internal static string CheckGgufFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && IsRelativePath(path)
            ? path
            : throw new ArgumentException($"'{path}' is no .gguf file of a repository. Expected its path there, such as model-Q8_0.gguf.", nameof(path));
    }

    /// <summary>Whether a path stays below where it starts, and is made of plain names.</summary>
    internal static bool IsRelativePath(string path) => path.Split('/').All(part => part is not ("" or "." or "..") && !part.AsSpan().ContainsAnyExcept(NameCharacters));

    /// <exception cref="ArgumentException">The address is not absolute, or neither http nor https.</exception>
    internal static Uri CheckEndpoint(Uri endpoint) =>
        endpoint.IsAbsoluteUri && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps)
            ? endpoint
            : throw new ArgumentException($"'{endpoint}' is no address of a server. Expected one such as https://huggingface.co.", nameof(endpoint));
}

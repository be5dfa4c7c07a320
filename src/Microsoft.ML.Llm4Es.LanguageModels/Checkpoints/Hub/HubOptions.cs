using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What to download from the Hub, and how. All settings have a default that works.</summary>
public sealed class HubOptions
{
    /// <summary>Gets the branch, tag or commit. Default: <c>main</c>. Name a commit to get the same files for ever.</summary>
    /// <exception cref="ArgumentException">The value is no name of a revision.</exception>
    public string Revision { get; init => field = HubNames.CheckRevision(value); } = "main";

    /// <summary>Gets the .gguf file to download instead of safetensors weights, by its path in the repository. Default null: none.</summary>
    /// <exception cref="ArgumentException">The value is no relative path of a .gguf file.</exception>
    public string? GgufFile { get; init => field = value is null ? null : HubNames.CheckGgufFile(value); }

    /// <summary>Gets the server. Default null: HF_ENDPOINT, else https://huggingface.co.</summary>
    /// <exception cref="ArgumentException">The value is no absolute http or https address.</exception>
    public Uri? Endpoint { get; init => field = value is null ? null : HubNames.CheckEndpoint(value); }

    /// <summary>
    /// Gets the token for gated and private repositories. Default null: HF_TOKEN, else the file that <c>hf auth login</c> wrote (HF_TOKEN_PATH, HF_HOME/token);
    /// an empty text sends none. It goes to <see cref="Endpoint"/> only, never to a server that a download is redirected to.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Gets the cache folder. Default null: HF_HUB_CACHE, else HF_HOME/hub, else ~/.cache/huggingface/hub.</summary>
    /// <exception cref="ArgumentException">The value is empty.</exception>
    public string? CacheFolder
    {
        get;
        init
        {
            if (value is not null) ArgumentException.ThrowIfNullOrWhiteSpace(value);
            field = value;
        }
    }

    /// <summary>Gets whether to use the cache alone. Default null: whether HF_HUB_OFFLINE is 1, ON, YES or TRUE.</summary>
    public bool? Offline { get; init; }

    /// <summary>Gets how often in a row a request is repeated that fails in a way that may pass: no answer, a cut connection, status 408, 429 or 5xx. Default 5; bytes that arrive start the count again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to 100.</exception>
    public int MaxRetries
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 100);
            field = value;
        }
    } = 5;

    /// <summary>Gets the wait before the first repetition; it doubles each time, up to a minute. A server's Retry-After counts instead. Default: 1 second.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and up to a minute.</exception>
    public TimeSpan RetryDelay { get; init => field = InRange(value, TimeSpan.FromMinutes(1)); } = TimeSpan.FromSeconds(1);

    /// <summary>Gets how long to wait for an answer, or for the next byte of a file. Default: 30 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and up to an hour.</exception>
    public TimeSpan Timeout { get; init => field = InRange(value, TimeSpan.FromHours(1)); } = TimeSpan.FromSeconds(30);

    private static TimeSpan InRange(TimeSpan value, TimeSpan most, [CallerMemberName] string property = "") =>
        value > TimeSpan.Zero && value <= most
            ? value
            : throw new ArgumentOutOfRangeException(property, value, $"Expected a time above 0, up to {most}.");
}

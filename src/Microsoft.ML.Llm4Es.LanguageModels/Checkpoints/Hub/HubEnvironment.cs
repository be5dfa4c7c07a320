namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What the environment says of the Hub, with the names and meaning of huggingface_hub's constants.py.</summary>
/// <param name="variable">Gives the value of a variable; null where it is not set.</param>
internal sealed class HubEnvironment(Func<string, string?> variable)
{
    private const string PublicEndpoint = "https://huggingface.co";

    private static readonly string[] True = ["1", "ON", "YES", "TRUE"];

    internal static HubEnvironment Current { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>Gets the server.</summary>
    /// <exception cref="InvalidOperationException">HF_ENDPOINT is no address.</exception>
    internal Uri Endpoint
    {
        get
        {
            string text = Value("HF_ENDPOINT") ?? PublicEndpoint;
            return Uri.TryCreate(text, UriKind.Absolute, out Uri? uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
                ? uri
                : throw new InvalidOperationException($"HF_ENDPOINT is '{text}'; an address such as {PublicEndpoint} is expected.");
        }
    }

    /// <summary>Gets the folder that holds the models.</summary>
    internal string CacheFolder => Folder("HF_HUB_CACHE") ?? Folder("HUGGINGFACE_HUB_CACHE") ?? Path.Combine(Home, "hub");

    /// <summary>Gets whether the network is not to be used.</summary>
    internal bool Offline => Value("HF_HUB_OFFLINE") is { } value && True.Contains(value.ToUpperInvariant());

    /// <summary>Gets the token, or null where there is none.</summary>
    internal string? Token
    {
        get
        {
            if ((Value("HF_TOKEN") ?? Value("HUGGING_FACE_HUB_TOKEN")) is { } token) return token;
            string file = Folder("HF_TOKEN_PATH") ?? Path.Combine(Home, "token");
            return File.Exists(file) && File.ReadAllText(file).Trim() is { Length: > 0 } stored ? stored : null;
        }
    }

    private string Home => Folder("HF_HOME") ?? Path.Combine(Folder("XDG_CACHE_HOME") ?? Path.Combine(UserFolder, ".cache"), "huggingface");

    private static string UserFolder => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    private string? Folder(string name)
    {
        if (Value(name) is not { } folder) return null;
        bool ofUser = folder == "~" || folder.StartsWith("~/", StringComparison.Ordinal);
        return Path.GetFullPath(ofUser ? Path.Join(UserFolder, folder[1..]) : folder);
    }

    private string? Value(string name) => variable(name)?.Trim() is { Length: > 0 } value ? value : null;
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The options of a download, with what the environment says where they say nothing.</summary>
/// <param name="Options">The options.</param>
/// <param name="Endpoint">The server; its path ends with a slash.</param>
/// <param name="Token">The token, or null.</param>
/// <param name="CacheFolder">The folder of all models.</param>
/// <param name="Offline">Whether the cache alone is used.</param>
internal sealed record HubSettings(HubOptions Options, Uri Endpoint, string? Token, string CacheFolder, bool Offline)
{
    internal static HubSettings Resolve(HubOptions options, HubEnvironment environment)
    {
        Uri endpoint = options.Endpoint ?? environment.Endpoint;
        string? token = options.Token ?? environment.Token;
        return new(
            options,
            new Uri(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"),
            string.IsNullOrWhiteSpace(token) ? null : token.Trim(),
            Path.GetFullPath(options.CacheFolder ?? environment.CacheFolder),
            options.Offline ?? environment.Offline);
    }
}

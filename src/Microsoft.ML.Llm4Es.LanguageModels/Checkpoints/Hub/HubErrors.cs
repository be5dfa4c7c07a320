using System.Net.Http.Headers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Turns a server's refusal into an error that says what to do. The codes are those of the Hub's X-Error-Code header.</summary>
internal sealed class HubErrors(string repository, HubSettings settings)
{
    /// <summary>Throws unless the answer is a success, or a redirect that describes a file.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="file">The file that was asked for; null where it was the repository.</param>
    internal void ThrowIfFailed(HttpResponseMessage response, string? file)
    {
        int status = (int)response.StatusCode;
        if (status < 400) return;

        string said = Said(response);
        if (status is 408 or 429 or >= 500)
        {
            string problem = status == 429 ? "too many requests" : "the server has a problem";
            throw new TransientHubException($"{settings.Endpoint.Host} answers {status}, {problem}{said}.", cause: null, response.StatusCode, RetryAfter(response.Headers.RetryAfter));
        }

        throw new HttpRequestException(Explain(response, status, file) + (said.Length > 0 ? $" The server says{said}." : ""), inner: null, response.StatusCode);
    }

    private string Explain(HttpResponseMessage response, int status, string? file)
    {
        string page = $"{settings.Endpoint}{repository}";
        string code = Header(response, "X-Error-Code");
        string token = settings.Token is null ? "No token was sent: set HF_TOKEN, or HubOptions.Token, to one of" : "The token that was sent may not read it: use one of";
        if (code == "GatedRepo")
            return $"'{repository}' is gated ({status}): ask for access on {page}. {token} an account that has it ({settings.Endpoint}settings/tokens).";
        if (code == "RevisionNotFound")
            return $"'{repository}' has no revision '{settings.Options.Revision}' ({status}): see {page}/branches.";
        if (code == "EntryNotFound")
            return $"'{repository}' has no file '{file}' at revision '{settings.Options.Revision}' ({status}): see {page}/tree/{settings.Options.Revision}.";
        return status switch
        {
            401 or 404 => $"'{repository}' was not found on {settings.Endpoint.Host} ({status}): the id or the revision '{settings.Options.Revision}' is wrong, or the repository is private or gated. {token} an account that may read it.",
            403 => $"Access to '{repository}' is refused ({status}). {token} an account that may read it, with the permission to read gated repositories; see {page}.",
            _ => $"{settings.Endpoint.Host} refuses '{repository}'{(file is null ? "" : $", file '{file}'")}, with status {status}.",
        };
    }

    private static string Said(HttpResponseMessage response) => Header(response, "X-Error-Message") is { Length: > 0 } message ? $": {message.TrimEnd('.')}" : "";

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(' ', values) : "";

    private static TimeSpan? RetryAfter(RetryConditionHeaderValue? header)
    {
        TimeSpan? wait = header?.Delta ?? header?.Date - DateTimeOffset.UtcNow;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }
}

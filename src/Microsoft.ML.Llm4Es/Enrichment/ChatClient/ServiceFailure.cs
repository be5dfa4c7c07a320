using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// What an exception of a chat client says of the service. Clients throw types of their own; those of OpenAI (System.ClientModel) and Azure share
/// <c>int Status</c> and <c>GetRawResponse().Headers</c>, which are read by name, so that the library depends on none of them.
/// </summary>
/// <param name="RetryAfter">How long the service asks to wait.</param>
/// <param name="IsTransient">Whether the same request may be answered later.</param>
/// <param name="IsRefusal">Whether this request is taken for wrong, which another text may not be: it is too long, or its contents are not allowed.</param>
internal readonly record struct ServiceFailure(TimeSpan? RetryAfter, bool IsTransient, bool IsRefusal)
{
    private const int RequestTimeout = 408, TooManyRequests = 429, FirstServerError = 500, BadRequest = 400, TooLarge = 413, Unprocessable = 422;

    public static ServiceFailure Of(Exception exception)
    {
        int? status = exception is HttpRequestException http ? (int?)http.StatusCode : Property<int?>(exception, "Status");
        // A model of this process has no status for a text that its context has no room for.
        bool refusal = status is BadRequest or TooLarge or Unprocessable || exception.GetType() == typeof(ArgumentException);
        bool transient = status switch
        {
            // The connection broke, or what came was no answer: clients throw all kinds of exceptions then.
            null or 0 => !refusal && exception is not NotSupportedException,
            RequestTimeout or TooManyRequests or >= FirstServerError => true,
            _ => false,
        };
        return new ServiceFailure(Wait(exception), transient, refusal);
    }

    private static TimeSpan? Wait(Exception exception)
    {
        object? response = exception.GetType().GetMethod("GetRawResponse", BindingFlags.Public | BindingFlags.Instance, Type.EmptyTypes)?.Invoke(exception, null);
        object? headers = response is null ? null : Property<object>(response, "Headers");
        MethodInfo? find = headers?.GetType().GetMethod("TryGetValue", [typeof(string), typeof(string).MakeByRefType()]);
        object?[] arguments = ["Retry-After", null];
        if (find?.Invoke(headers, arguments) is not true || arguments[1] is not string value) return null;

        if (double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)) return TimeSpan.FromSeconds(seconds);
        return DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out DateTimeOffset at) && at > DateTimeOffset.UtcNow ? at - DateTimeOffset.UtcNow : null;
    }

    private static T? Property<T>(object from, string name) => from.GetType().GetProperty(name)?.GetValue(from) is T value ? value : default;
}

using System.Globalization;
using System.Reflection;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// What an exception of a chat client says of the service. Clients throw types of their own; those of OpenAI (System.ClientModel) and Azure share
/// <c>int Status</c> and <c>GetRawResponse().Headers</c>, which are read by name, so that the library depends on none of them.
/// </summary>
/// <param name="Status">The HTTP status; null where there was no answer.</param>
/// <param name="RetryAfter">How long the service asks to wait.</param>
/// <param name="IsTransient">Whether the same request may be answered later.</param>
internal readonly record struct ServiceFailure(int? Status, TimeSpan? RetryAfter, bool IsTransient)
{
    private const int RequestTimeout = 408, TooManyRequests = 429, FirstServerError = 500, BadRequest = 400, TooLarge = 413, Unprocessable = 422;

    /// <summary>Whether the service takes this request for wrong, which another text may not be: it is too long, or its contents are not allowed.</summary>
    public bool IsRefusal => Status is BadRequest or TooLarge or Unprocessable;

    public static ServiceFailure Of(Exception exception)
    {
        int? status = exception is HttpRequestException http ? (int?)http.StatusCode : Property<int?>(exception, "Status");
        bool transient = status switch
        {
            null or 0 => exception is HttpRequestException or IOException or TimeoutException or OperationCanceledException || IsTransientInside(exception),
            RequestTimeout or TooManyRequests or >= FirstServerError => true,
            _ => false,
        };
        return new ServiceFailure(status is 0 ? null : status, Wait(exception), transient);
    }

    /// <summary>Clients wrap what happened to the connection.</summary>
    private static bool IsTransientInside(Exception exception) => exception switch
    {
        AggregateException { InnerExceptions: [.., { } last] } => Of(last).IsTransient,
        { InnerException: { } inner } => Of(inner).IsTransient,
        _ => false,
    };

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

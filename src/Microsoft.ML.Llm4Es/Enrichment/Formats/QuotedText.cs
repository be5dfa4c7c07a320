using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Names and values in formats without a grammar of their own: plain where nothing in them could be taken for a separator, else in double quotes with
/// JSON's escapes, which YAML shares.
/// </summary>
internal static partial class QuotedText
{
    /// <summary>Words that YAML readers take for something else than text.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase) { "null", "true", "false", "yes", "no", "on", "off", "y", "n" };

    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(string text) => Plain().IsMatch(text) ? text : Quote(text);

    public static string OfYaml(string text) => Plain().IsMatch(text) && !Reserved.Contains(text) ? text : Quote(text);

    public static string Quote(string text) => JsonSerializer.Serialize(text, Options);

    [GeneratedRegex(@"^(-?[0-9]|\p{L})([\p{L}0-9 _/&'()%+.-]*[\p{L}0-9)%])?\z")]
    private static partial Regex Plain();
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es;

/// <summary>Reads digits with points and commas between them, whose meaning depends on the country: <c>1,234.5</c>, <c>1.234,5</c>, <c>12,5</c>, <c>1,2,3</c>.</summary>
internal static partial class NumberReading
{
    /// <summary>The numbers that a piece of text stands for: the first reading of which all numbers are known, else the first.</summary>
    public static IReadOnlyList<string> Read(string text, Func<string, bool> isKnown)
    {
        IReadOnlyList<string>? first = null;
        foreach (IReadOnlyList<string> reading in Readings(text))
        {
            if (reading.All(isKnown)) return reading;
            first ??= reading;
        }

        return first!;
    }

    private static IEnumerable<IReadOnlyList<string>> Readings(string text)
    {
        if (Point().IsMatch(text)) yield return [Canonical(text.Replace(",", "", StringComparison.Ordinal))];
        if (Comma().IsMatch(text)) yield return [Canonical(text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.'))];
        string[] between = text.Split(',');
        if (between.All(part => Point().IsMatch(part))) yield return Array.ConvertAll(between, Canonical);
        yield return Array.ConvertAll(text.Split(',', '.'), Canonical);
    }

    /// <summary>The same text for the same number: 12, 12.0 and 012.</summary>
    private static string Canonical(string number)
    {
        // More digits than a decimal has are no quantity but an identifier.
        if (!decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal value)) return number;
        string text = value.ToString(CultureInfo.InvariantCulture);
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    [GeneratedRegex(@"^([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]+)?\z")]
    private static partial Regex Point();

    [GeneratedRegex(@"^([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)(,[0-9]+)?\z")]
    private static partial Regex Comma();
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Lets text pass up to the first stop string. What may be the beginning of one is held back until it is certain.</summary>
internal sealed class StopStringFilter(IReadOnlyList<string> stopStrings)
{
    private string _held = "";

    /// <summary>Gets whether a stop string was found.</summary>
    internal bool Found { get; private set; }

    /// <summary>Adds text.</summary>
    /// <returns>The text that may be shown and was not returned before; may be empty.</returns>
    internal string Append(string text)
    {
        string all = _held + text;
        int end = FirstStop(all);
        Found = end >= 0;
        int shown = Found ? end : all.Length - LengthOfBeginning(all);
        _held = Found ? "" : all[shown..];
        return all[..shown];
    }

    /// <summary>Ends the text: what is held back was no stop string.</summary>
    internal string Flush()
    {
        string rest = _held;
        _held = "";
        return rest;
    }

    private int FirstStop(string text)
    {
        int first = -1;
        foreach (string stop in stopStrings)
        {
            int at = text.IndexOf(stop, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }

        return first;
    }

    /// <summary>The length of the longest end of the text that a stop string begins with.</summary>
    private int LengthOfBeginning(string text)
    {
        int longest = 0;
        foreach (string stop in stopStrings)
        {
            int length = Math.Min(stop.Length - 1, text.Length);
            while (length > longest && !text.AsSpan().EndsWith(stop.AsSpan(0, length))) length--;
            longest = Math.Max(longest, length);
        }

        return longest;
    }
}

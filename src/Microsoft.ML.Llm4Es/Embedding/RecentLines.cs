namespace Microsoft.ML.Llm4Es;

/// <summary>Cuts a text to its first line and as many of its last lines as fit.</summary>
internal static class RecentLines
{
    /// <summary>The longest such text that has no more than <paramref name="most"/> tokens, by bisection: a line more is never fewer tokens.</summary>
    /// <param name="text">A text of too many tokens.</param>
    /// <param name="most">The most tokens.</param>
    /// <param name="count">Counts a text's tokens.</param>
    /// <returns>The text; the first and the last line where not even these two fit.</returns>
    public static string Cut(string text, int most, Func<string, int> count)
    {
        string[] lines = text.Split(EventTable.LineSeparator);
        if (lines.Length < 3) return text;

        int few = 1, many = lines.Length - 1;
        while (few < many)
        {
            int middle = (few + many + 1) / 2;
            if (count(Join(lines, middle)) <= most) few = middle;
            else many = middle - 1;
        }

        return Join(lines, few);
    }

    private static string Join(string[] lines, int last) => string.Join(EventTable.LineSeparator, lines.Take(1).Concat(lines.TakeLast(last)));
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The words in the values of a text field: runs of letters and digits with a letter among them, in small letters.</summary>
internal static class Words
{
    private const int MinLength = 3;

    /// <summary>The different words of a value, in the order in which they come.</summary>
    public static string[] Of(ReadOnlySpan<char> text)
    {
        var words = new List<string>();
        for (int start = 0, end; start < text.Length; start = end + 1)
        {
            end = start;
            bool hasLetter = false;
            for (; end < text.Length && char.IsLetterOrDigit(text[end]); end++) hasLetter |= char.IsLetter(text[end]);
            if (!hasLetter || end - start < MinLength) continue;
            string word = text[start..end].ToString().ToLowerInvariant();
            if (!words.Contains(word)) words.Add(word);
        }

        return [.. words];
    }
}

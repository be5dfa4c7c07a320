using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>The categories that texts speak of, in words without case and punctuation, and how they are found in a text.</summary>
internal sealed class CategoryVocabulary
{
    private readonly HashSet<string> _phrases = [];
    private int _maxWords = 1;

    public void Add(string category)
    {
        string phrase = Words(category);
        if (phrase.Length > 0 && _phrases.Add(phrase)) _maxWords = Math.Max(_maxWords, phrase.AsSpan().Count(' ') + 1);
    }

    /// <summary>Letters and digits in small letters, all else one blank: "Drinking Places (Bars)" is "drinking places bars".</summary>
    public static string Words(string text)
    {
        var words = new StringBuilder(text.Length);
        foreach (char character in text)
        {
            if (char.IsLetterOrDigit(character)) words.Append(char.ToLowerInvariant(character));
            else if (words.Length > 0 && words[^1] != ' ') words.Append(' ');
        }

        return words.ToString().TrimEnd();
    }

    /// <summary>How often each known phrase is in the words; where one holds another, the longer is counted.</summary>
    public Dictionary<string, int> Count(string words)
    {
        HashSet<string>.AlternateLookup<ReadOnlySpan<char>> phrases = _phrases.GetAlternateLookup<ReadOnlySpan<char>>();
        int[] ends = Ends(words);
        var counts = new Dictionary<string, int>();
        for (int word = 0, start = 0; word < ends.Length;)
        {
            int length = Math.Min(_maxWords, ends.Length - word);
            string? found = null;
            while (length > 0 && !phrases.TryGetValue(words.AsSpan(start, ends[word + length - 1] - start), out found)) length--;
            if (found is not null) counts[found] = counts.GetValueOrDefault(found) + 1;
            word += Math.Max(1, length);
            start = ends[word - 1] + 1;
        }

        return counts;
    }

    private static int[] Ends(string words)
    {
        if (words.Length == 0) return [];
        var ends = new List<int>();
        for (int at = words.IndexOf(' ', StringComparison.Ordinal); at >= 0; at = words.IndexOf(' ', at + 1)) ends.Add(at);
        ends.Add(words.Length);
        return [.. ends];
    }
}

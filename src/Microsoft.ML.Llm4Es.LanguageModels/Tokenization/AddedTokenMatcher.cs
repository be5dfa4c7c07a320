using System.Buffers;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Finds added tokens in a text: the leftmost, and of those that begin at the same place the longest.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _tokens;
    private readonly int[] _lengths;
    private readonly SearchValues<string> _search;

    /// <param name="tokens">The tokens by the text to look for.</param>
    public AddedTokenMatcher(IEnumerable<KeyValuePair<string, AddedToken>> tokens)
    {
        Dictionary<string, AddedToken> byText = new(StringComparer.Ordinal);
        foreach ((string text, AddedToken token) in tokens)
        {
            if (text.Length > 0) byText[text] = token;
        }

        _tokens = byText.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. byText.Keys.Select(k => k.Length).Distinct().OrderDescending()];
        _search = SearchValues.Create([.. byText.Keys], StringComparison.Ordinal);
    }

    /// <summary>Finds the next added token from <paramref name="position"/> on.</summary>
    /// <param name="text">The text.</param>
    /// <param name="taken">Where the text begins that no token has yet.</param>
    /// <param name="position">Where to look; moves past what was found.</param>
    /// <param name="found">The token, with the white space that it takes along.</param>
    public bool TryFind(ReadOnlySpan<char> text, int taken, ref int position, out Symbol found)
    {
        while (_lengths.Length > 0 && text[position..].IndexOfAny(_search) is >= 0 and int offset)
        {
            int start = position + offset;
            AddedToken token = LongestAt(text, start, out int end);
            position = end;
            if (token.SingleWord && ((start > 0 && EndsWithWord(text[..start])) || StartsWithWord(text[end..]))) continue;
            if (token.StripLeft) start = text[..start].TrimEnd().Length;
            if (token.StripRight) end = text.Length - text[end..].TrimStart().Length;
            found = new Symbol(token.Id, Math.Max(start, taken), Math.Max(end, taken));
            return true;
        }

        found = default;
        return false;
    }

    private AddedToken LongestAt(ReadOnlySpan<char> text, int start, out int end)
    {
        foreach (int length in _lengths)
        {
            end = start + length;
            if (end <= text.Length && _tokens.TryGetValue(text[start..end], out AddedToken? token)) return token;
        }

        throw new InvalidOperationException($"No added token begins at {start}.");
    }

    private static bool EndsWithWord(ReadOnlySpan<char> text)
    {
        Rune.DecodeLastFromUtf16(text, out Rune rune, out _);
        return WordCharacters.Contains(rune);
    }

    private static bool StartsWithWord(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty) return false;
        Rune.DecodeFromUtf16(text, out Rune rune, out _);
        return WordCharacters.Contains(rune);
    }
}

using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What becomes of the matches of a pattern that cuts a text: the <c>behavior</c> of tokenizer.json.</summary>
internal enum SplitBehavior
{
    /// <summary>Each match is a piece.</summary>
    Isolated,

    /// <summary>Matches are dropped.</summary>
    Removed,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,

    /// <summary>Matches that touch are one piece.</summary>
    Contiguous,
}

/// <summary>Cuts a text by a scanner, or around what a pattern matches.</summary>
/// <param name="Scanner">Cuts the text into pieces without a pattern; null where there is a pattern.</param>
/// <param name="Pattern">The pattern; null where there is a scanner.</param>
/// <param name="Behavior">What becomes of the matches.</param>
/// <param name="Inverted">Whether what lies between matches counts as matches, and matches as what lies between.</param>
internal readonly record struct SplitRule(PieceScanner? Scanner, Regex? Pattern, SplitBehavior Behavior, bool Inverted)
{
    public bool KeepsMatches => Behavior != SplitBehavior.Removed || Inverted;

    public bool KeepsGaps => Behavior != SplitBehavior.Removed || !Inverted;

    /// <summary>Whether a piece may be more than one match or what lies between two: see <see cref="Merge"/>.</summary>
    public bool Merges => Behavior is SplitBehavior.MergedWithPrevious or SplitBehavior.MergedWithNext or SplitBehavior.Contiguous;

    /// <summary>The pieces where <see cref="Merges"/>, by start and end.</summary>
    public List<(int Start, int End)> Merge(ReadOnlySpan<char> text)
    {
        List<(int Start, int End, bool IsMatch)> parts = Parts(text);
        if (Behavior == SplitBehavior.MergedWithNext) parts.Reverse();
        List<(int Start, int End)> pieces = [];
        bool wasMatch = false;
        foreach ((int start, int end, bool isMatch) in parts)
        {
            bool joins = Behavior == SplitBehavior.Contiguous ? isMatch == wasMatch : isMatch && !wasMatch;
            if (joins && pieces.Count > 0) pieces[^1] = (Math.Min(pieces[^1].Start, start), Math.Max(pieces[^1].End, end));
            else pieces.Add((start, end));
            wasMatch = isMatch;
        }

        if (Behavior == SplitBehavior.MergedWithNext) pieces.Reverse();
        return pieces;
    }

    /// <summary>Matches and what lies between them, in order.</summary>
    private List<(int Start, int End, bool IsMatch)> Parts(ReadOnlySpan<char> text)
    {
        List<(int Start, int End, bool IsMatch)> parts = [];
        int end = 0;
        foreach (ValueMatch match in Pattern!.EnumerateMatches(text))
        {
            if (match.Index > end) parts.Add((end, match.Index, Inverted));
            end = match.Index + match.Length;
            parts.Add((match.Index, end, !Inverted));
        }

        if (end < text.Length) parts.Add((end, text.Length, Inverted));
        return parts;
    }
}

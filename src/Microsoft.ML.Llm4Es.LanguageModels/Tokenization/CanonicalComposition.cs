using System.Runtime.InteropServices;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Unicode normalization forms C and D (Unicode Standard Annex 15), which keep track of where each character comes from.</summary>
internal static class CanonicalComposition
{
    // Nothing below is ever changed by form C.
    private const char FirstUnstable = '\u0300';

    // Hangul syllables are composed by arithmetic (The Unicode Standard, section 3.12).
    private const int SyllableBase = 0xAC00, LeadBase = 0x1100, VowelBase = 0x1161, TailBase = 0x11A7;
    private const int LeadCount = 19, VowelCount = 21, TailCount = 28, SyllableCount = LeadCount * VowelCount * TailCount;

    /// <summary>Form C: characters are taken apart and put together again.</summary>
    public static AlignedText Normalize(AlignedText text)
    {
        if (IsStable(text.Text)) return text;

        List<Part> parts = DecomposeAndOrder(text);
        Compose(parts);
        return Join(parts);
    }

    /// <summary>Form D: every character that can be taken apart is.</summary>
    public static AlignedText Decompose(AlignedText text) =>
        Ascii.IsValid(text.Text) ? text : Join(DecomposeAndOrder(text));

    private static bool IsStable(ReadOnlySpan<char> text)
    {
        int first = text.IndexOfAnyInRange(FirstUnstable, char.MaxValue);
        if (first < 0) return true;
        foreach (Rune rune in text[first..].EnumerateRunes())
        {
            if (CanonicalData.IsUnstable(rune.Value)) return false;
        }

        return true;
    }

    private static List<Part> DecomposeAndOrder(AlignedText text)
    {
        List<Part> parts = new(text.Length);
        int index = 0;
        foreach (Rune rune in text.Text.EnumerateRunes())
        {
            int last = index + rune.Utf16SequenceLength - 1;
            Decompose(rune.Value, text.StartOf(index), text.EndOf(last), parts);
            index = last + 1;
        }

        Order(CollectionsMarshal.AsSpan(parts));
        return parts;
    }

    private static void Decompose(int character, int start, int end, List<Part> parts)
    {
        int syllable = character - SyllableBase;
        if (syllable is >= 0 and < SyllableCount)
        {
            parts.Add(new Part(LeadBase + (syllable / (VowelCount * TailCount)), 0, start, end));
            parts.Add(new Part(VowelBase + (syllable / TailCount % VowelCount), 0, start, end));
            if (syllable % TailCount > 0) parts.Add(new Part(TailBase + (syllable % TailCount), 0, start, end));
        }
        else if (CanonicalData.PartsOf(character) is { } decomposed)
        {
            foreach (int part in decomposed) Decompose(part, start, end, parts);
        }
        else
        {
            parts.Add(new Part(character, CanonicalData.ClassOf(character), start, end));
        }
    }

    /// <summary>Sorts each run of combining characters by class; equal classes keep their order.</summary>
    private static void Order(Span<Part> parts)
    {
        int start = 0;
        while (start < parts.Length)
        {
            int end = start;
            while (end < parts.Length && parts[end].Class != 0) end++;
            if (end - start > 1) parts[start..end].ToArray().OrderBy(p => p.Class).ToArray().CopyTo(parts[start..end]);
            start = end + 1;
        }
    }

    private static void Compose(List<Part> parts)
    {
        int starter = -1;
        int lastClass = 0;
        int count = 0;
        foreach (Part part in CollectionsMarshal.AsSpan(parts))
        {
            // A character reaches its starter unless one of its own class, or of class 0, stands between.
            bool adjacent = starter == count - 1;
            bool reaches = starter >= 0 && (adjacent || (lastClass != 0 && lastClass < part.Class));
            if (reaches && Compose(parts[starter].Character, part.Character) is { } composite)
            {
                Part first = parts[starter];
                parts[starter] = new Part(composite, 0, Math.Min(first.Start, part.Start), Math.Max(first.End, part.End));
                continue;
            }

            if (part.Class == 0) starter = count;
            lastClass = part.Class;
            parts[count++] = part;
        }

        parts.RemoveRange(count, parts.Count - count);
    }

    private static int? Compose(int first, int second)
    {
        int lead = first - LeadBase, vowel = second - VowelBase;
        if (lead is >= 0 and < LeadCount && vowel is >= 0 and < VowelCount)
            return SyllableBase + (((lead * VowelCount) + vowel) * TailCount);

        int syllable = first - SyllableBase, tail = second - TailBase;
        if (syllable is >= 0 and < SyllableCount && syllable % TailCount == 0 && tail is > 0 and < TailCount)
            return first + tail;

        return CanonicalData.Compose(first, second);
    }

    private static AlignedText Join(List<Part> parts)
    {
        StringBuilder text = new(parts.Count);
        List<int> starts = new(parts.Count);
        List<int> ends = new(parts.Count);
        foreach (Part part in parts)
        {
            text.Append(new Rune(part.Character).ToString());
            while (starts.Count < text.Length)
            {
                starts.Add(part.Start);
                ends.Add(part.End);
            }
        }

        return new AlignedText(text.ToString(), CollectionsMarshal.AsSpan(starts), CollectionsMarshal.AsSpan(ends));
    }

    /// <summary>A code point with its combining class and the original characters that it comes from.</summary>
    private readonly record struct Part(int Character, byte Class, int Start, int End);
}

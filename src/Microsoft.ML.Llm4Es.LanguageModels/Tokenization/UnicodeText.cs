using System.Buffers;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Makes texts valid Unicode.</summary>
internal static class UnicodeText
{
    /// <summary>Unicode has no lone surrogates: each becomes U+FFFD, as it would in UTF-8.</summary>
    public static ReadOnlySpan<char> ReplaceLoneSurrogates(ReadOnlySpan<char> text)
    {
        int at = text.IndexOfAnyInRange('\uD800', '\uDFFF');
        if (at < 0) return text;

        char[]? replaced = null;
        while (at < text.Length)
        {
            OperationStatus status = Rune.DecodeFromUtf16(text[at..], out _, out int length);
            if (status != OperationStatus.Done) (replaced ??= text.ToArray())[at] = '\uFFFD';
            at += length;
        }

        return replaced ?? text;
    }
}

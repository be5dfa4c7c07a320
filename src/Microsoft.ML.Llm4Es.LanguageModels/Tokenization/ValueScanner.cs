namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Cuts a table of text before each separator, a comma with a blank or a line end: <see cref="PreTokenizer.ValuePattern"/>.</summary>
internal sealed class ValueScanner : PieceScanner
{
    public override int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        int value = start + SeparatorLength(text[start..]);
        int end = value;
        while (end < text.Length && SeparatorLength(text[end..]) == 0)
        {
            if (text[end] == '\\')
            {
                // It takes the character after it along, and without one it is a piece of its own.
                if (end + 1 == text.Length || text[end + 1] == '\n') break;
                end++;
            }

            end++;
        }

        return Math.Max(end, start + 1);
    }

    private static int SeparatorLength(ReadOnlySpan<char> text) => text[0] switch
    {
        '\n' => 1,
        ',' when text.Length > 1 && text[1] == ' ' => 2,
        _ => 0,
    };
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Cuts before each run of blanks, as SentencePiece writes them. Where no token has a blank after another character, cutting there changes no
/// id, and short pieces are found in the cache.
/// </summary>
internal sealed class BlankRunScanner : PieceScanner
{
    public override int EndOfPiece(ReadOnlySpan<char> text, int start)
    {
        int end = start;
        while (end < text.Length && text[end] == SentencePieceDecoder.Blank) end++;
        int next = text[end..].IndexOf(SentencePieceDecoder.Blank);
        return next < 0 ? text.Length : end + next;
    }
}

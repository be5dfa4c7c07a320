namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The 256 printable characters that stand for bytes in the vocabulary of a byte-level tokenizer, as GPT-2 chose them:
/// a byte whose Latin-1 character is printable stands for itself, the others take U+0100 onwards in turn.
/// </summary>
internal static class ByteLevelAlphabet
{
    private static readonly char[] Characters = MakeCharacters();

    private static readonly Dictionary<char, byte> Bytes = Characters.Select((c, b) => (c, b)).ToDictionary(p => p.c, p => (byte)p.b);

    /// <summary>The characters, by byte.</summary>
    public static ReadOnlySpan<char> ByByte => Characters;

    public static bool TryGetByte(char character, out byte value) => Bytes.TryGetValue(character, out value);

    private static char[] MakeCharacters()
    {
        char[] characters = new char[256];
        char next = (char)256;
        for (int b = 0; b < 256; b++)
        {
            bool printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE;
            characters[b] = printable ? (char)b : next++;
        }

        return characters;
    }
}

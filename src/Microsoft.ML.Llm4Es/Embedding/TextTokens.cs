using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Llm4Es;

/// <summary>A text as the model reads it.</summary>
/// <param name="Ids">Its tokens, special ones included.</param>
/// <param name="Events">For each token the number of the event, a line after the first, that it is of; -1 for the first line and special tokens. Empty where nobody asks.</param>
internal readonly record struct TextTokens(int[] Ids, int[] Events)
{
    public static TextTokens Encode(LanguageModelTokenizer tokenizer, string text, bool addSpecialTokens, bool withEvents)
    {
        int[] ids = [.. tokenizer.Encode(text, addSpecialTokens)];
        return new(ids, withEvents ? EventNumbers(tokenizer, text, ids) : []);
    }

    /// <summary>A token that begins with a line's end is of the line that follows.</summary>
    private static int[] EventNumbers(LanguageModelTokenizer tokenizer, string text, int[] ids)
    {
        IReadOnlyList<EncodedToken> tokens = tokenizer.EncodeToTokens(text, out _);
        int[] events = new int[ids.Length];
        Array.Fill(events, -1);
        int first = StartOf(tokens, ids);
        int line = 0, position = 0;
        for (int i = 0; i < tokens.Count; i++)
        {
            int end = tokens[i].Offset.End.GetOffset(text.Length);
            for (; position < end; position++)
                if (text[position] == EventTable.LineSeparator) line++;
            events[first + i] = line - 1;
        }

        return events;
    }

    /// <summary>Special tokens stand before and behind the text's own.</summary>
    private static int StartOf(IReadOnlyList<EncodedToken> tokens, int[] ids)
    {
        for (int start = 0; start + tokens.Count <= ids.Length; start++)
        {
            int i = 0;
            while (i < tokens.Count && tokens[i].Id == ids[start + i]) i++;
            if (i == tokens.Count) return start;
        }

        throw new InvalidOperationException("The tokenizer gives other tokens with special tokens than without; event-level pooling and cutting by events need them to be the same.");
    }
}

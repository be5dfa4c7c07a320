namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Decodes tokens as they come, into pieces that no later token changes: bytes of a character wait until all are there.</summary>
internal sealed class IncrementalDecoder(LanguageModelTokenizer tokenizer)
{
    /// <summary>What bytes decode to that are no character, or not yet.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>So many tokens are decoded anew with each that comes, at least half of them.</summary>
    private const int Window = 64;

    private List<int> _tokens = [];
    private int _emitted;

    /// <summary>Adds a token.</summary>
    /// <returns>The text that is certain by now and was not returned before; may be empty.</returns>
    internal string Append(int token)
    {
        _tokens.Add(token);
        string text = Decode(_tokens);
        int certain = text.AsSpan().TrimEnd(Replacement).Length;
        if (certain <= _emitted) return "";

        string piece = text[_emitted..certain];
        _emitted = certain;
        if (_tokens.Count >= Window && certain == text.Length) ForgetHalf(text);
        return piece;
    }

    private string Decode(List<int> tokens) => tokenizer.Decode(tokens, skipSpecialTokens: true);

    /// <summary>Forgets the first tokens, unless the rest means something else without them, as in the middle of a character.</summary>
    private void ForgetHalf(string text)
    {
        List<int> rest = _tokens[^(Window / 2)..];
        string textOfRest = Decode(rest);
        if (textOfRest.Length == 0 || !text.EndsWith(textOfRest, StringComparison.Ordinal)) return;
        _tokens = rest;
        _emitted = textOfRest.Length;
    }
}

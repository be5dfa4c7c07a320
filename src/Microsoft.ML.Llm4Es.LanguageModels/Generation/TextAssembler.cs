namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Makes the text of one row from its tokens as they come.</summary>
internal sealed class TextAssembler(LanguageModelTokenizer tokenizer, IReadOnlyList<string> stopStrings)
{
    private readonly IncrementalDecoder _decoder = new(tokenizer);
    private readonly StopStringFilter _filter = new(stopStrings);
    private readonly System.Text.StringBuilder _text = new();
    private int _taken;

    /// <summary>Gets whether the text came to a stop string.</summary>
    internal bool IsStopped => _filter.Found;

    /// <summary>Gets all of the text that is certain.</summary>
    internal string Text => _text.ToString();

    /// <summary>Adds a token.</summary>
    internal void Append(int token) => _text.Append(_filter.Append(_decoder.Append(token)));

    /// <summary>Ends the text: what might have begun a stop string belongs to it.</summary>
    internal void Complete() => _text.Append(_filter.Flush());

    /// <summary>Takes the text that is certain and was not taken before; may be empty.</summary>
    internal string TakePiece()
    {
        string piece = _text.ToString(_taken, _text.Length - _taken);
        _taken = _text.Length;
        return piece;
    }
}

using System.Buffers;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <content>How a text becomes tokens, and what <see cref="Tokenizer"/> asks for.</content>
public sealed partial class LanguageModelTokenizer
{
    /// <inheritdoc/>
    /// <remarks>
    /// Offsets are those of the original text, in UTF-16 units, so the normalized text is always null. A token that holds some bytes
    /// of a character has that character's whole range; one that stands for no character, such as a blank put in front, an empty one.
    /// Special tokens around the text are not added: see <see cref="Encode(string, bool)"/>.
    /// </remarks>
    protected override EncodeResults<EncodedToken> EncodeToTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> input = text ?? textSpan;
        using TokenBuffer output = Encode(input, settings);
        int count = CountThatFit(output.Symbols, settings.MaxTokenCount);
        EncodedToken[] tokens = new EncodedToken[count];
        for (int i = 0; i < count; i++)
        {
            Symbol symbol = output.Symbols[i];
            tokens[i] = new EncodedToken(symbol.Id, _vocabulary.TokenOf(symbol.Id)!, new Range(symbol.Start, symbol.End));
        }

        return new EncodeResults<EncodedToken> { Tokens = tokens, CharsConsumed = EndOf(output.Symbols, count, input.Length) };
    }

    /// <inheritdoc/>
    protected override EncodeResults<int> EncodeToIds(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        ReadOnlySpan<char> input = text ?? textSpan;
        using TokenBuffer output = Encode(input, settings);
        int count = CountThatFit(output.Symbols, settings.MaxTokenCount);
        int[] ids = output.ToIds();
        return new EncodeResults<int> { Tokens = count == ids.Length ? ids : ids[..count], CharsConsumed = EndOf(output.Symbols, count, input.Length) };
    }

    /// <inheritdoc/>
    protected override int CountTokens(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings)
    {
        using TokenBuffer output = Encode(text ?? textSpan, settings);
        return CountThatFit(output.Symbols, settings.MaxTokenCount);
    }

    /// <inheritdoc/>
    /// <remarks>The index is one into the original text, and never within a character that several tokens share.</remarks>
    protected override int GetIndexByTokenCount(string? text, ReadOnlySpan<char> textSpan, EncodeSettings settings, bool fromEnd, out string? normalizedText, out int tokenCount)
    {
        ReadOnlySpan<char> input = text ?? textSpan;
        normalizedText = null;
        using TokenBuffer output = Encode(input, settings);
        if (!fromEnd)
        {
            tokenCount = CountThatFit(output.Symbols, settings.MaxTokenCount);
            return EndOf(output.Symbols, tokenCount, input.Length);
        }

        int first = Math.Max(0, output.Symbols.Length - settings.MaxTokenCount);
        while (first > 0 && first < output.Symbols.Length && ShareCharacter(output.Symbols, first)) first++;
        tokenCount = output.Symbols.Length - first;
        if (first == 0) return 0;
        return tokenCount == 0 ? input.Length : output.Symbols[first].Start;
    }

    /// <inheritdoc/>
    /// <remarks>Special tokens are kept: see <see cref="Decode(IEnumerable{int}, bool)"/>.</remarks>
    public override string Decode(IEnumerable<int> ids) => Decode(ids, skipSpecialTokens: false);

    /// <inheritdoc/>
    /// <remarks>
    /// Where the destination is too small, as many ids are consumed as make whole characters that fit. A tokenizer that drops the first blank
    /// of a text drops it once a call.
    /// </remarks>
    public override OperationStatus Decode(IEnumerable<int> ids, Span<char> destination, out int idsConsumed, out int charsWritten)
    {
        ArgumentNullException.ThrowIfNull(ids);
        int[] all = [.. ids];
        string text = Decode(all);
        idsConsumed = all.Length;
        charsWritten = text.Length;
        if (text.TryCopyTo(destination)) return OperationStatus.Done;

        // What some ids decode to grows with their number, but for characters of which only some bytes are there.
        int low = 0, high = all.Length;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (Decode(all.Take(middle)).Length <= destination.Length) low = middle;
            else high = middle - 1;
        }

        string fitting = Decode(all.Take(low));
        while (fitting.Length > destination.Length || !text.StartsWith(fitting, StringComparison.Ordinal)) fitting = Decode(all.Take(--low));
        fitting.CopyTo(destination);
        idsConsumed = low;
        charsWritten = fitting.Length;
        return OperationStatus.DestinationTooSmall;
    }

    private TokenBuffer Encode(ReadOnlySpan<char> text, EncodeSettings settings)
    {
        TokenBuffer output = new(text.Length / 2);
        Encode(text, settings.ConsiderNormalization, settings.ConsiderPreTokenization, output);
        return output;
    }

    private void Encode(ReadOnlySpan<char> text, bool normalize, bool split, TokenBuffer output)
    {
        text = UnicodeText.ReplaceLoneSurrogates(text);
        int taken = 0, position = 0;
        while (_addedTokens.TryFind(text, taken, ref position, out Symbol added))
        {
            EncodeBetween(new AlignedText(text[taken..added.Start], taken), normalize, split, output);
            output.Add(added);
            taken = added.End;
        }

        EncodeBetween(new AlignedText(text[taken..], taken), normalize, split, output);
    }

    /// <summary>Encodes what lies between added tokens that are looked for in the text as it stands.</summary>
    private void EncodeBetween(AlignedText text, bool normalize, bool split, TokenBuffer output)
    {
        bool isFirst = text.Length > 0 && text.StartOf(0) == 0;
        if (normalize) text = Normalize(text);
        int taken = 0, position = 0;
        while (_normalizedAddedTokens.TryFind(text.Text, taken, ref position, out Symbol added))
        {
            EncodePieces(text[taken..added.Start], isFirst && taken == 0, normalize, split, output);
            output.Add([added], text);
            taken = added.End;
        }

        EncodePieces(text[taken..], isFirst && taken == 0, normalize, split, output);
    }

    private void EncodePieces(AlignedText text, bool isFirst, bool normalize, bool split, TokenBuffer output)
    {
        if (text.Length == 0) return;
        if (normalize) text = _preTokenizer.MarkBlanks(text, isFirst);
        PieceEncoder encoder = new(_model, output);
        if (split) _preTokenizer.Split(text, encoder);
        else encoder.Take(text);
    }

    private AlignedText Normalize(AlignedText text)
    {
        foreach (TextNormalizer normalizer in _normalizers) text = normalizer.Apply(text);
        return text;
    }

    private string Normalize(string text) => Normalize(new AlignedText(text, 0)).Text.ToString();

    /// <summary>How many tokens from the start are no more than the limit and end where a character ends.</summary>
    private static int CountThatFit(ReadOnlySpan<Symbol> symbols, int limit)
    {
        if (symbols.Length <= limit) return symbols.Length;
        int count = Math.Max(0, limit);
        while (count > 0 && ShareCharacter(symbols, count)) count--;
        return count;
    }

    /// <summary>Whether the token at <paramref name="index"/> and the one before it hold parts of one character.</summary>
    private static bool ShareCharacter(ReadOnlySpan<Symbol> symbols, int index) => symbols[index].Start < symbols[index - 1].End;

    private static int EndOf(ReadOnlySpan<Symbol> symbols, int count, int textLength)
    {
        if (count == symbols.Length) return textLength;
        return count == 0 ? 0 : symbols[count - 1].End;
    }

    private readonly struct PieceEncoder(BytePairModel model, TokenBuffer output) : IPieceSink
    {
        public void Take(AlignedText piece) => model.Encode(piece, output);
    }
}

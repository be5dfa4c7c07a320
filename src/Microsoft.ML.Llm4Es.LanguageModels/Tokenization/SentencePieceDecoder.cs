using System.Buffers;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Turns pieces into text as SentencePiece does: control pieces say nothing, the blank in front is dropped once, and of the bytes of a
/// run each valid character is kept. The steps of a tokenizer.json cannot quite say this, so a property of our own says it beside the
/// nearest steps; other readers overlook it. It also says that control pieces in a text to encode are plain text.
/// </summary>
internal sealed class SentencePieceDecoder : TokenDecoder
{
    /// <summary>The property of a decoder of type <c>Sequence</c> that asks for this one.</summary>
    public const string Property = "sentencepiece";

    /// <summary>Stands for a blank in SentencePiece's vocabularies: U+2581.</summary>
    public const char Blank = '\u2581';

    private readonly HashSet<string> _control;
    private readonly string? _unknown;
    private readonly string _unknownText;
    private readonly bool _dropsFirstBlank;

    private SentencePieceDecoder(HashSet<string> control, string? unknown, string unknownText, bool dropsFirstBlank)
    {
        _control = control;
        _unknown = unknown;
        _unknownText = unknownText;
        _dropsFirstBlank = dropsFirstBlank;
    }

    public static SentencePieceDecoder Create(JsonSection section)
    {
        section.AllowOnly("control", "unknown", "unknown_text", "drops_first_blank");
        HashSet<string> control = [.. section.Strings("control")];
        return new SentencePieceDecoder(control, section.OptionalText("unknown"), section.OptionalText("unknown_text") ?? "", section.Flag("drops_first_blank", true));
    }

    public override List<string> Decode(List<string> tokens)
    {
        StringBuilder text = new();
        List<byte> run = [];
        bool atStart = _dropsFirstBlank;
        foreach (string token in tokens)
        {
            if (TryGetFallbackByte(token, out byte b))
            {
                run.Add(b);
                continue;
            }

            EndRun(run, text);
            atStart &= text.Length == 0;
            if (_control.Contains(token)) continue;
            if (token == _unknown)
            {
                text.Append(_unknownText);
                continue;
            }

            bool drops = atStart && token.StartsWith(Blank);
            text.Append((drops ? token[1..] : token).Replace(Blank, ' '));
            atStart &= !drops;
        }

        EndRun(run, text);
        return [text.ToString()];
    }

    /// <summary>Appends the characters of a run of bytes; each byte that belongs to none becomes U+FFFD.</summary>
    private static void EndRun(List<byte> run, StringBuilder text)
    {
        ReadOnlySpan<byte> bytes = run.ToArray();
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            text.Append(rune.ToString());
            bytes = bytes[(valid ? length : 1)..];
        }

        run.Clear();
    }
}

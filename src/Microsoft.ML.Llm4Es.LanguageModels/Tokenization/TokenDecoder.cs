using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The <c>decoder</c> of a tokenizer.json: turns tokens into text, in steps that each take a list of strings to another.</summary>
internal abstract class TokenDecoder
{
    /// <exception cref="NotSupportedException">A decoder is not supported.</exception>
    public static IReadOnlyList<TokenDecoder> Create(JsonElement? section)
    {
        List<TokenDecoder> steps = [];
        if (section is { } element) Add(new JsonSection(element, "decoder"), steps);

        // Without a decoder the reference puts blanks between tokens.
        else steps.Add(new Joining());
        return steps;
    }

    public abstract List<string> Decode(List<string> tokens);

    private static void Add(JsonSection section, List<TokenDecoder> steps)
    {
        switch (section.Type)
        {
            case "Sequence" when section.OptionalSection(SentencePieceDecoder.Property) is { } sentencePiece:
                section.AllowOnly("type", "decoders", SentencePieceDecoder.Property);
                steps.Add(SentencePieceDecoder.Create(sentencePiece));
                break;
            case "Sequence":
                section.AllowOnly("type", "decoders");
                foreach (JsonSection step in section.Sections("decoders")) Add(step, steps);
                break;
            case "ByteLevel":
                section.AllowOnly("type", "add_prefix_space", "trim_offsets", "use_regex");
                steps.Add(new ByteLevel());
                break;
            case "ByteFallback":
                section.AllowOnly("type");
                steps.Add(new ByteFallback());
                break;
            case "Fuse":
                section.AllowOnly("type");
                steps.Add(new Fusing());
                break;
            case "Replace":
                steps.Add(new Replacing(ReplaceSettings.Read(section)));
                break;
            case "Strip":
                section.AllowOnly("type", "content", "start", "stop");
                steps.Add(new Stripping(section.Character("content"), section.Number("start"), section.Number("stop")));
                break;
            case "Metaspace":
                steps.Add(new Metaspace(MetaspaceSettings.Read(section)));
                break;
            default:
                throw section.Unsupported($"the decoder '{section.Type}'");
        }
    }

    /// <summary>The byte of a token such as <c>&lt;0xE2&gt;</c>.</summary>
    public static bool TryGetFallbackByte(string token, out byte value)
    {
        value = 0;
        return token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
            && byte.TryParse(token.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private sealed class Joining : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens) => [string.Join(' ', tokens)];
    }

    private sealed class Fusing : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens) => [string.Concat(tokens)];
    }

    private sealed class Replacing(ReplaceSettings settings) : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens) =>
            tokens.ConvertAll(t => t.Replace(settings.Pattern, settings.Content, StringComparison.Ordinal));
    }

    private sealed class Metaspace(MetaspaceSettings settings) : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens)
        {
            List<string> decoded = tokens.ConvertAll(t => t.Replace(settings.Blank, ' '));
            bool prefixed = settings.Prefix != PrefixScheme.Never && tokens.Count > 0;
            if (prefixed) decoded[0] = tokens[0].Replace(settings.Blank.ToString(), "", StringComparison.Ordinal);
            return decoded;
        }
    }

    private sealed class Stripping(char content, int start, int stop) : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens) => tokens.ConvertAll(Strip);

        private string Strip(string token)
        {
            int from = 0;
            while (from < start && from < token.Length && token[from] == content) from++;
            int to = token.Length;
            while (token.Length - to < stop && to > from && token[to - 1] == content) to--;
            return token[from..to];
        }
    }

    private sealed class ByteLevel : TokenDecoder
    {
        public override List<string> Decode(List<string> tokens)
        {
            List<byte> bytes = [];
            foreach (string token in tokens)
            {
                int before = bytes.Count;
                foreach (char c in token)
                {
                    if (ByteLevelAlphabet.TryGetByte(c, out byte b))
                    {
                        bytes.Add(b);
                        continue;
                    }

                    // A token outside the alphabet, such as an added one, is text as it stands.
                    bytes.RemoveRange(before, bytes.Count - before);
                    bytes.AddRange(Encoding.UTF8.GetBytes(token));
                    break;
                }
            }

            return [Encoding.UTF8.GetString([.. bytes])];
        }
    }

    /// <summary>Puts tokens such as <c>&lt;0xE2&gt;</c> together; of a run that is not valid UTF-8, each byte becomes U+FFFD.</summary>
    private sealed class ByteFallback : TokenDecoder
    {
        private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

        public override List<string> Decode(List<string> tokens)
        {
            List<string> decoded = new(tokens.Count);
            List<byte> run = [];
            foreach (string token in tokens)
            {
                if (TryGetFallbackByte(token, out byte b))
                {
                    run.Add(b);
                    continue;
                }

                EndRun();
                decoded.Add(token);
            }

            EndRun();
            return decoded;

            void EndRun()
            {
                if (run.Count > 0) decoded.Add(Decode([.. run]));
                run.Clear();
            }
        }

        private static string Decode(byte[] run)
        {
            try
            {
                return Strict.GetString(run);
            }
            catch (DecoderFallbackException)
            {
                return new string('\uFFFD', run.Length);
            }
        }
    }
}

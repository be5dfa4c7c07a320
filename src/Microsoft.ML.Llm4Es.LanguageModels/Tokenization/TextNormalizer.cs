using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The <c>normalizer</c> of a tokenizer.json: what happens to a text before it is cut into pieces.</summary>
internal abstract class TextNormalizer
{
    /// <summary>The normalizers of a section, in the order in which they apply.</summary>
    /// <exception cref="NotSupportedException">A normalizer is not supported.</exception>
    public static IReadOnlyList<TextNormalizer> Create(JsonElement? section)
    {
        List<TextNormalizer> steps = [];
        if (section is { } element) Add(new JsonSection(element, "normalizer"), steps);
        return steps;
    }

    public abstract AlignedText Apply(AlignedText text);

    private static void Add(JsonSection section, List<TextNormalizer> steps)
    {
        switch (section.Type)
        {
            case "Sequence":
                section.AllowOnly("type", "normalizers");
                foreach (JsonSection step in section.Sections("normalizers")) Add(step, steps);
                break;
            case "NFC":
                section.AllowOnly("type");
                steps.Add(new Composing());
                break;
            case "NFD":
                section.AllowOnly("type");
                steps.Add(new Decomposing());
                break;
            case "Lowercase":
                section.AllowOnly("type");
                steps.Add(new LowerCasing());
                break;
            case "StripAccents":
                section.AllowOnly("type");
                steps.Add(new StrippingAccents());
                break;
            case "Strip":
                section.AllowOnly("type", "strip_left", "strip_right");
                steps.Add(new Stripping(section.Flag("strip_left", true), section.Flag("strip_right", true)));
                break;
            case "Prepend":
                section.AllowOnly("type", "prepend");
                steps.Add(new Prepending(section.Text("prepend")));
                break;
            case "Replace":
                steps.Add(new Replacing(ReplaceSettings.Read(section)));
                break;
            default:
                throw section.Unsupported($"the normalizer '{section.Type}'");
        }
    }

    private sealed class Composing : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text) => CanonicalComposition.Normalize(text);
    }

    private sealed class Decomposing : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text) => CanonicalComposition.Decompose(text);
    }

    private sealed class LowerCasing : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text) => text.Map(rune => rune.Value switch
        {
            // The one letter whose lower case is two characters.
            0x130 => "i\u0307",
            _ => Rune.ToLowerInvariant(rune).ToString(),
        });
    }

    private sealed class StrippingAccents : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text) => text.Map(rune => Rune.GetUnicodeCategory(rune) switch
        {
            UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark => "",
            _ => rune.ToString(),
        });
    }

    private sealed class Stripping(bool left, bool right) : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text)
        {
            int end = right ? text.Text.TrimEnd().Length : text.Length;
            int start = left ? end - text.Text[..end].TrimStart().Length : 0;
            return text[start..end];
        }
    }

    private sealed class Prepending(string prefix) : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text) => text.Length == 0 ? text : text.Prepend(prefix);
    }

    private sealed class Replacing(ReplaceSettings settings) : TextNormalizer
    {
        public override AlignedText Apply(AlignedText text)
        {
            (string pattern, string content) = settings;
            if (text.Text.IndexOf(pattern, StringComparison.Ordinal) < 0) return text;
            return pattern.Length == 1 && content.Length == 1 ? text.Replace(pattern[0], content[0]) : text.Replace(pattern, content);
        }
    }
}

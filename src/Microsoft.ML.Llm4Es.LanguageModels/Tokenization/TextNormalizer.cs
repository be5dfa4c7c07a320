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

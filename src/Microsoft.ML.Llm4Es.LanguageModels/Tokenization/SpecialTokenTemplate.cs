using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The <c>post_processor</c> of a tokenizer.json: the special tokens that go around a text.</summary>
/// <param name="Before">Ids before the text's own.</param>
/// <param name="After">Ids after them.</param>
internal sealed record SpecialTokenTemplate(IReadOnlyList<int> Before, IReadOnlyList<int> After)
{
    /// <exception cref="NotSupportedException">The post-processor is not supported.</exception>
    public static SpecialTokenTemplate Create(JsonElement? section)
    {
        SpecialTokenTemplate template = new([], []);
        return section is { } element ? template.Add(new JsonSection(element, "post_processor")) : template;
    }

    /// <summary>The section that puts one token before a text.</summary>
    public static JsonElement BeginWith(string token, int id)
    {
        return JsonSerializer.SerializeToElement(new JsonObject
        {
            ["type"] = "TemplateProcessing",
            ["single"] = new JsonArray { Item("SpecialToken", token, 0), Item("Sequence", "A", 0) },
            ["pair"] = new JsonArray { Item("SpecialToken", token, 0), Item("Sequence", "A", 0), Item("SpecialToken", token, 1), Item("Sequence", "B", 1) },
            ["special_tokens"] = new JsonObject
            {
                [token] = new JsonObject { ["id"] = token, ["ids"] = new JsonArray { id }, ["tokens"] = new JsonArray { token } },
            },
        });

        static JsonObject Item(string kind, string name, int type) =>
            new() { [kind] = new JsonObject { ["id"] = name, ["type_id"] = type } };
    }

    private SpecialTokenTemplate Add(JsonSection section)
    {
        switch (section.Type)
        {
            case "Sequence":
                section.AllowOnly("type", "processors");
                return section.Sections("processors").Aggregate(this, (template, part) => template.Add(part));
            case "ByteLevel":
                // It only changes the offsets that transformers reports.
                return this;
            case "TemplateProcessing":
                section.AllowOnly("type", "single", "pair", "special_tokens");
                return Wrap(section);
            case "BertProcessing":
                section.AllowOnly("type", "sep", "cls");
                return Wrap([PairId(section, "cls")], [PairId(section, "sep")]);
            case "RobertaProcessing":
                // "trim_offsets" and "add_prefix_space" have to do with offsets as transformers reports them.
                section.AllowOnly("type", "sep", "cls", "trim_offsets", "add_prefix_space");
                return Wrap([PairId(section, "cls")], [PairId(section, "sep")]);
            default:
                throw section.Unsupported($"the post-processor '{section.Type}'");
        }
    }

    private SpecialTokenTemplate Wrap(JsonSection section)
    {
        JsonSection specialTokens = section.Section("special_tokens");
        List<int> before = [], after = [];
        int texts = 0;
        foreach (JsonSection piece in section.Sections("single"))
        {
            piece.AllowOnly("Sequence", "SpecialToken");
            if (piece.OptionalSection("SpecialToken") is { } special)
            {
                JsonSection token = specialTokens.Section(special.Text("id"));
                foreach (JsonElement id in token.Items("ids")) (texts == 0 ? before : after).Add(JsonSection.ReadNumber(id, $"{token.Path}.ids"));
            }
            else if (piece.Section("Sequence").Text("id") == "A")
            {
                texts++;
            }
        }

        if (texts != 1) throw section.Unsupported($"a template that holds the text {texts} times");
        return Wrap(before, after);
    }

    private SpecialTokenTemplate Wrap(IEnumerable<int> before, IEnumerable<int> after) => new([.. before, .. Before], [.. After, .. after]);

    /// <summary>The id of a token given as <c>["&lt;/s&gt;", 2]</c>.</summary>
    private static int PairId(JsonSection section, string name)
    {
        JsonElement[] pair = [.. section.Items(name)];
        return pair.Length == 2 ? JsonSection.ReadNumber(pair[1], $"{section.Path}.{name}[1]") : throw section.Invalid(name, "a token and its id");
    }
}

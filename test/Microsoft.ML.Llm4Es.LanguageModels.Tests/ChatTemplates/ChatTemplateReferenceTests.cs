using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Every case that Jinja2, set up as transformers does, has rendered.</summary>
[Trait("Category", "Reference")]
public sealed class ChatTemplateReferenceTests
{
    [Fact]
    public void Render_EqualsJinjaForPublishedAndStyledTemplates()
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "chat-templates");
        DateTime now = Now(folder);
        var differences = new List<string>();
        int cases = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*.jinja").Order())
        {
            string template = File.ReadAllText(file);
            foreach (JsonNode line in ReadLines(Path.ChangeExtension(file, ".jsonl.gz")))
            {
                cases++;
                AddDifference(differences, $"{Path.GetFileName(file)}, {line["case"]}", template, line, now);
            }
        }

        Assert.True(cases > 0, $"no cases in {folder}");
        Assert.True(differences.Count == 0, Report(differences, cases));
    }

    [Fact]
    public void Render_EqualsJinjaForProbesOfTheLanguage()
    {
        string folder = ReferenceData.Require(ReferenceData.Reference, "chat-templates");
        DateTime now = Now(folder);
        var differences = new List<string>();
        List<JsonNode> lines = [.. ReadLines(ReferenceData.Require(folder, "jinja-probes.jsonl.gz"))];
        foreach (JsonNode line in lines)
        {
            string template = line["template"]!.GetValue<string>();
            AddDifference(differences, template, template, line, now);
        }

        Assert.NotEmpty(lines);
        Assert.True(differences.Count == 0, Report(differences, lines.Count));
    }

    private static DateTime Now(string folder)
    {
        JsonNode settings = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "settings.json")))!;
        return DateTime.Parse(settings["strftime_now"]!.GetValue<string>(), CultureInfo.InvariantCulture);
    }

    private static IEnumerable<JsonNode> ReadLines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            yield return JsonNode.Parse(line)!;
        }
    }

    private static void AddDifference(List<string> differences, string name, string template, JsonNode line, DateTime now)
    {
        var inputs = new ChatTemplateInputs
        {
            Messages = line["messages"]?.AsArray() ?? [],
            Tools = line["tools"]?.AsArray(),
            AddGenerationPrompt = line["add_generation_prompt"]?.GetValue<bool>() ?? false,
            Variables = line["variables"]?.AsObject() ?? [],
            Now = now,
        };
        (string? rendered, ChatTemplateException? error) = Render(template, inputs);
        string? expected = line["rendered"]?.GetValue<string>();

        // TemplateError itself is what raise_exception raises; its message is for the user, that of any other error is Jinja's own.
        bool isRaised = line["error_type"]?.GetValue<string>() == "TemplateError";
        bool isEqual = expected is not null
            ? rendered == expected
            : error is not null && (!isRaised || (error.Error == ChatTemplateError.Raised && error.Message == line["error"]!.GetValue<string>()));
        if (!isEqual)
        {
            differences.Add($"{name}\n  expected: {expected ?? $"error {line["error"]}"}\n  actual:   {rendered ?? $"error {error!.Message}"}");
        }
    }

    private static (string? Rendered, ChatTemplateException? Error) Render(string template, ChatTemplateInputs inputs)
    {
        try
        {
            return (ChatTemplate.Parse(template).Render(inputs), null);
        }
        catch (ChatTemplateException error)
        {
            return (null, error);
        }
    }

    private static string Report(List<string> differences, int cases) =>
        $"{differences.Count} of {cases} cases differ:\n{string.Join('\n', differences.Take(10))}";
}

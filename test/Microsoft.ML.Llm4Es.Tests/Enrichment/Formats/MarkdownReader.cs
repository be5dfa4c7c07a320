using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>Reads the tables of a Markdown text, each under a heading that names what its rows have in common.</summary>
internal static class MarkdownReader
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().Build();

    public static List<Dictionary<string, string>> Read(string text)
    {
        var events = new SortedDictionary<int, Dictionary<string, string>>();
        string[]? group = null;
        foreach (Block block in Markdown.Parse(text, Pipeline))
        {
            if (block is HeadingBlock heading)
            {
                group = Text(heading.Inline!).Split(": ", 2);
                continue;
            }

            string[][] rows = [.. Assert.IsType<Table>(block).Cast<TableRow>().Select(row => row.Cast<TableCell>().Select(Cell).ToArray())];
            foreach (string[] row in rows.Skip(1))
            {
                Dictionary<string, string> values = rows[0].Zip(row).Skip(1).ToDictionary(pair => pair.First, pair => pair.Second);
                if (group is not null) values.Add(group[0], group[1]);
                events.Add(int.Parse(row[0]), values);
            }
        }

        return [.. events.Values];
    }

    private static string Cell(TableCell cell) => cell.Count == 0 ? "" : Text(((ParagraphBlock)cell[0]).Inline!);

    private static string Text(ContainerInline inlines) => string.Concat(inlines.Select(inline => inline switch
    {
        LiteralInline literal => literal.Content.ToString(),
        HtmlInline { Tag: "<br>" } => "\n",
        HtmlEntityInline entity => entity.Transcoded.ToString(),
        LineBreakInline => "\n",
        _ => $"<{inline.GetType().Name}>",
    }));
}

using System.Text;
using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A page that refers to nothing outside of itself; light or dark as its reader's system is, and narrow where the screen is.</summary>
internal static class HtmlPage
{
    private const string Css = """
        :root { color-scheme: light dark; --text: #1f2328; --muted: #59636e; --line: #dde2e7; --back: #f6f7f9; --card: #ffffff; --link: #0067b1; --warn: #9a6700; --warnback: #fff8c5; }
        @media (prefers-color-scheme: dark) { :root { --text: #eef2f6; --muted: #9aa4af; --line: #333b44; --back: #0d1117; --card: #151b23; --link: #5cb3f0; --warn: #d29922; --warnback: #2a2211; } }
        * { box-sizing: border-box; }
        body { margin: 0; font: 1rem/1.55 system-ui, sans-serif; color: var(--text); background: var(--back); -webkit-text-size-adjust: 100%; }
        main { margin: 0 auto; max-width: 76rem; padding: 1.25rem 1rem 4rem; }
        h1 { font-size: 1.6rem; line-height: 1.25; margin: .5rem 0 .25rem; overflow-wrap: anywhere; } h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; }
        p { margin: .4rem 0; max-width: 62rem; } .muted { color: var(--muted); } .lead { font-size: 1.1rem; overflow-wrap: anywhere; }
        .warning { border-left: 4px solid var(--warn); background: var(--warnback); padding: .5rem 1rem; margin: .5rem 0; overflow-wrap: anywhere; }
        .card { border: 1px solid var(--line); border-radius: .6rem; background: var(--card); padding: .9rem 1rem; margin-bottom: 1.25rem; min-width: 0; }
        .wide { overflow-x: auto; } table { border-collapse: collapse; font-size: .92rem; } caption { text-align: left; color: var(--muted); padding-bottom: .35rem; }
        th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem; text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        thead th { color: var(--muted); font-weight: 600; } tbody th { font-weight: 500; } th:first-child { text-align: left; padding-left: 0; } tbody tr:last-child > * { border-bottom: 0; }
        details { margin-top: .6rem; font-size: .92rem; } summary { cursor: pointer; color: var(--link); } li { color: var(--muted); }
        dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .35rem 1.25rem; margin: 0; } dt { color: var(--muted); } dd { margin: 0; overflow-wrap: anywhere; }
        code { font: .9em ui-monospace, monospace; } code span { display: inline-block; max-width: 100%; } @media (max-width: 34rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } th, td { padding: .35rem .6rem; } }
        @media print { body { background: none; } figure, .card { break-inside: avoid; } }
        """;

    /// <param name="title">What the page is about, for the browser's tab.</param>
    /// <param name="body">What it holds, from its first heading on.</param>
    /// <param name="css">Rules of this page alone.</param>
    public static string Write(string title, IEnumerable<XElement> body, string css = "")
    {
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        page.Append(new XElement("title", title)).Append($"\n<style>\n{Css}\n{ChartStyle.Css}\n{css}</style>\n</head>\n<body>\n");
        page.Append(new XElement("main", body).ToString(SaveOptions.DisableFormatting)).Append("\n</body>\n</html>\n");
        return page.ToString();
    }
}

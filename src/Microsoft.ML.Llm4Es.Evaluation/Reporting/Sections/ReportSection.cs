using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A heading of a report with its charts.</summary>
internal static class ReportSection
{
    /// <summary>The section; null where it has no charts.</summary>
    public static XElement? OfCharts(string heading, string introduction, IEnumerable<XElement> charts)
    {
        XElement[] drawn = [.. charts];
        return drawn.Length == 0 ? null : new XElement("section",
            new XElement("h2", heading),
            introduction.Length == 0 ? null : new XElement("p", new XAttribute("class", "muted"), introduction),
            new XElement("div", new XAttribute("class", "charts"), drawn));
    }
}

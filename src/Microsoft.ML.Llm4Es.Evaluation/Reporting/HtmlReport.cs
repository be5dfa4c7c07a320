using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>A report as one HTML page.</summary>
internal static class HtmlReport
{
    public static string Write(EvaluationReport report) => HtmlPage.Write(ReportText.Title(report), Body(report).OfType<XElement>(), MapSection.Style(report));

    private static IEnumerable<XElement?> Body(EvaluationReport report) =>
    [
        new XElement("h1", ReportText.Title(report)),
        new XElement("p", new XAttribute("class", "lead"), ReportText.Finding(report)),
        .. report.Warnings.Select(warning => new XElement("p", new XAttribute("class", "warning"), new XAttribute("role", "note"), new XElement("strong", "Warning: "), warning)),
        ResultsSection.Create(report),
        CurvesSection.Create(report),
        BreakdownSection.Create(report),
        MapSection.Create(report),
        TrainingSection.Create(report),
        CostSection.Create(report),
        RunSection.Create(report, ReportText.Protocol(report)),
    ];
}

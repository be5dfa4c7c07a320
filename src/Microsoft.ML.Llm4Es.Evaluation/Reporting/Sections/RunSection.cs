using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What was run, and how.</summary>
internal static class RunSection
{
    public static XElement Create(EvaluationReport report) => new("section",
        new XElement("h2", "What was run"),
        new XElement("div", new XAttribute("class", "card"),
            new XElement("dl", Facts(report).SelectMany(fact => (XElement[])[new XElement("dt", fact.Name), new XElement("dd", fact.IsCode ? new XElement("code", fact.Value) : fact.Value)]))),
        new XElement("h2", "How it was done"),
        new XElement("ul", ReportText.Protocol(report).Select(sentence => new XElement("li", sentence))));

    private static IEnumerable<(string Name, string Value, bool IsCode)> Facts(EvaluationReport report) =>
        ReportText.Run(report).Select(fact => (fact.Name, fact.Value, fact.Name is "command" or "data fingerprint"));
}

using System.Xml.Linq;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What was run, and how.</summary>
internal static class RunSection
{
    public static XElement Create(IReportedRun report, IEnumerable<string> protocol) => new("section",
        new XElement("h2", "What was run"),
        new XElement("div", new XAttribute("class", "card"),
            new XElement("dl", ReportText.Run(report).SelectMany(fact => (XElement[])[new XElement("dt", fact.Name), new XElement("dd", Value(fact.Name, fact.Value))]))),
        new XElement("h2", "How it was done"),
        new XElement("ul", protocol.Select(sentence => new XElement("li", sentence))));

    private static object Value(string name, string value) => name is "command" or "data fingerprint"
        // A word of a command that is broken in two could not be read.
        ? new XElement("code", value.Split(' ').SelectMany(word => (object[])[new XElement("span", word), " "]))
        : value;
}

using System.Text;
using System.Text.RegularExpressions;
using System.Xml;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// XML: an element for each event, with an attribute or an element for each field where the names allow it, else with <c>field</c> elements. Characters that
/// XML cannot hold become U+FFFD.
/// </summary>
internal sealed partial class XmlFormat : EventFormat
{
    public override string Write(EventTable table, Random random)
    {
        var settings = new XmlWriterSettings
        {
            OmitXmlDeclaration = true,
            Indent = true,
            IndentChars = "  ",
            NewLineChars = "\n",
            // A line end inside of a value is one still when it is read.
            NewLineHandling = NewLineHandling.Entitize,
        };
        bool attributes = random.Next(2) == 0;
        string list = ListName(random);
        string[]? names = table.Fields.All(field => Simple().IsMatch(field)) ? [.. table.Fields.Select(field => field.Replace(' ', '_'))] : null;
        var text = new StringBuilder();
        using (var writer = XmlWriter.Create(text, settings))
        {
            writer.WriteStartElement(list);
            foreach (IReadOnlyList<string> values in table.Events)
            {
                writer.WriteStartElement("event");
                for (int i = 0; i < values.Count; i++)
                {
                    string value = Valid(values[i]);
                    if (names is null) WriteField(writer, Valid(table.Fields[i]), value);
                    else if (attributes) writer.WriteAttributeString(names[i], value);
                    else writer.WriteElementString(names[i], value);
                }

                writer.WriteEndElement();
            }

            writer.WriteEndElement();
        }

        return text.ToString();
    }

    private static void WriteField(XmlWriter writer, string name, string value)
    {
        writer.WriteStartElement("field");
        writer.WriteAttributeString("name", name);
        writer.WriteString(value);
        writer.WriteEndElement();
    }

    private static string Valid(string text)
    {
        var valid = new StringBuilder(text.Length);
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool allowed = rune.Value > char.MaxValue || XmlConvert.IsXmlChar((char)rune.Value);
            valid.Append(allowed ? rune.ToString() : Rune.ReplacementChar.ToString());
        }

        return valid.ToString();
    }

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9]*( [A-Za-z0-9]+)*\z")]
    private static partial Regex Simple();
}

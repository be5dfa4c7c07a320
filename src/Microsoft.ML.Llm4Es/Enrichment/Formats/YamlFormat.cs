using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>YAML: a list of mappings, under a name or alone. A missing value is empty.</summary>
internal sealed class YamlFormat : EventFormat
{
    public override string Write(EventTable table, Random random)
    {
        bool named = random.Next(2) == 0;
        string name = ListName(random);
        if (table.Events.Count == 0) return named ? $"{name}: []" : "[]";

        string[] keys = [.. table.Fields.Select(QuotedText.OfYaml)];
        var text = new StringBuilder(named ? $"{name}:\n" : "");
        string indent = named ? "  " : "";
        foreach (IReadOnlyList<string> values in table.Events)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                text.Append(indent).Append(i == 0 ? "- " : "  ").Append(keys[i]).Append(':');
                if (values[i].Length > 0) text.Append(' ').Append(QuotedText.OfYaml(values[i]));
                text.Append('\n');
            }
        }

        return text.ToString(0, text.Length - 1);
    }
}

namespace Microsoft.ML.Llm4Es;

/// <summary>Key-value lines: a line an event or a line a value, keys and values joined by a colon or an equals sign.</summary>
internal sealed class KeyValueFormat : EventFormat
{
    private static readonly string[] Joints = [": ", " = "];

    public override string Write(EventTable table, Random random)
    {
        string joint = Pick(Joints, random);
        bool lineAnEvent = random.Next(2) == 0;
        if (table.Events.Count == 0) return "no events";

        string[] keys = [.. table.Fields.Select(QuotedText.Of)];
        IEnumerable<string> events = table.Events.Select(values =>
            string.Join(lineAnEvent ? "; " : "\n", keys.Zip(values, (key, value) => (key + joint + (value.Length > 0 ? QuotedText.Of(value) : "")).TrimEnd())));
        return string.Join(lineAnEvent ? "\n" : "\n\n", events);
    }
}

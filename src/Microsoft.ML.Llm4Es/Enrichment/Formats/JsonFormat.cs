using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es;

/// <summary>JSON: an object with an array of events, in one line or indented. Numbers are numbers, a missing value is null, the rest are strings.</summary>
internal sealed class JsonFormat : EventFormat
{
    public override string Write(EventTable table, Random random)
    {
        var options = new JsonWriterOptions
        {
            Indented = random.Next(2) == 0,
            NewLine = "\n",
            // The text is no web page: letters of other scripts stay as they are.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes, options))
        {
            writer.WriteStartObject();
            writer.WriteStartArray(ListName(random));
            foreach (IReadOnlyList<string> values in table.Events) WriteEvent(writer, table.Fields, values);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    private static void WriteEvent(Utf8JsonWriter writer, IReadOnlyList<string> fields, IReadOnlyList<string> values)
    {
        writer.WriteStartObject();
        for (int i = 0; i < fields.Count; i++)
        {
            writer.WritePropertyName(fields[i]);
            if (values[i].Length == 0) writer.WriteNullValue();
            else if (IsNumber(values[i])) writer.WriteRawValue(values[i]);
            else writer.WriteStringValue(values[i]);
        }

        writer.WriteEndObject();
    }
}

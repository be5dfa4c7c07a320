using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>One record of a CSV file (RFC 4180).</summary>
internal static class CsvRecord
{
    /// <summary>Reads the next record; null at the end.</summary>
    public static List<string>? Read(TextReader reader)
    {
        if (reader.Peek() < 0) return null;

        var fields = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        while (true)
        {
            int next = reader.Read();
            if (next < 0) return End();
            char c = (char)next;
            if (quoted)
            {
                if (c != '"') field.Append(c);
                else if (reader.Peek() == '"') field.Append((char)reader.Read());
                else quoted = false;
            }
            else if (c == '"' && field.Length == 0)
            {
                quoted = true;
            }
            else if (c == ',')
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else if (c == '\n')
            {
                return End();
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        List<string> End()
        {
            fields.Add(field.ToString());
            return fields;
        }
    }
}

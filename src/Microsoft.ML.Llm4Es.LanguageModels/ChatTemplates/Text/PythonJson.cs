using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes JSON as Python's <c>json.dumps</c>, which is what the filter <c>tojson</c> of transformers calls.</summary>
internal sealed class PythonJson(OutputBuffer output, bool isAscii, string? indentation, string itemSeparator, string keySeparator, bool sortsKeys)
{
    private int _depth;

    public static TextValue Filter(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("tojson", 0, "ensure_ascii", "indent", "separators", "sort_keys");
        string? indentation = bound.OrNone(1) switch
        {
            null => null,
            TextValue text => text.Text,
            _ => new string(' ', Math.Clamp(bound.Integer(1), 0, 1000)),
        };
        (string item, string key) = bound.OrNone(2) is null ? (indentation is null ? ", " : ",", ": ") : Separators(bound[2]!);
        var output = new OutputBuffer(arguments.Context);
        new PythonJson(output, bound.Flag(0), indentation, item, key, bound.Flag(3)).Write(input);
        return new TextValue(output.ToString());
    }

    private static (string Item, string Key) Separators(JinjaValue separators) => separators.RequireElements().ToArray() is [TextValue item, TextValue key]
        ? (item.Text, key.Text)
        : throw ChatTemplateException.Evaluation("tojson() argument separators must be two texts: what goes between items and what between a key and its value");

    private void Write(JinjaValue value)
    {
        output.Context.Enter();
        switch (value)
        {
            case TextValue text:
                WriteText(text.Text);
                break;
            case NoneValue:
                output.Append("null");
                break;
            case BooleanValue boolean:
                output.Append(boolean.Value ? "true" : "false");
                break;
            case IntegerValue integer:
                output.Append(PythonInteger.ToText(integer.Value));
                break;
            case FloatValue number:
                output.Append(Number(number.Value));
                break;
            case SequenceValue sequence:
                WriteItems('[', sequence.Items, Write, ']');
                break;
            case DictionaryValue dictionary:
                WriteItems('{', sortsKeys ? new PythonOrder(output.Context).Sort(dictionary.Items, item => item.Key) : dictionary.Items, WritePair, '}');
                break;
            default:
                throw ChatTemplateException.Evaluation($"Object of type {value.TypeName} is not JSON serializable");
        }

        output.Context.Leave();
    }

    private void WriteItems<T>(char open, IReadOnlyList<T> items, Action<T> write, char close)
    {
        output.Append(open);
        _depth++;
        for (int i = 0; i < items.Count; i++)
        {
            output.Append(i == 0 ? "" : itemSeparator);
            StartLine();
            write(items[i]);
        }

        _depth--;
        if (items.Count > 0)
        {
            StartLine();
        }

        output.Append(close);
    }

    private void StartLine()
    {
        if (indentation is null)
        {
            return;
        }

        output.Append('\n');
        for (int i = 0; i < _depth; i++)
        {
            output.Append(indentation);
        }
    }

    private void WritePair(KeyValuePair<JinjaValue, JinjaValue> pair)
    {
        WriteText(pair.Key switch
        {
            TextValue text => text.Text,
            NoneValue => "null",
            BooleanValue boolean => boolean.Value ? "true" : "false",
            IntegerValue integer => PythonInteger.ToText(integer.Value),
            FloatValue number => Number(number.Value),
            JinjaValue other => throw ChatTemplateException.Evaluation($"keys must be str, int, float, bool or None, not {other.TypeName}"),
        });
        output.Append(keySeparator);
        Write(pair.Value);
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? PythonFloat.ToText(value) : double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    private void WriteText(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (char c in text)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                '\b' => quoted.Append("\\b"),
                '\f' => quoted.Append("\\f"),
                < ' ' => AppendEscape(quoted, c),
                > '~' when isAscii => AppendEscape(quoted, c),
                _ => quoted.Append(c),
            };
        }

        output.Append(quoted.Append('"').ToString());
    }

    private static StringBuilder AppendEscape(StringBuilder quoted, char c) =>
        quoted.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
}

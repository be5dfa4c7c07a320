using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's <c>str.format</c> and <c>str.format_map</c>, with attributes and elements looked up as in the sandbox.</summary>
internal sealed class FormatMethod
{
    private const int MaxNesting = 2;

    private readonly RenderContext _context;
    private readonly bool _escapes;
    private readonly IReadOnlyList<JinjaValue> _positional;
    private readonly Func<string, JinjaValue?> _named;
    private int _automatic;
    private bool _isNumbered;

    private FormatMethod(bool escapes, IReadOnlyList<JinjaValue> positional, Func<string, JinjaValue?> named, RenderContext context)
    {
        _escapes = escapes;
        _positional = positional;
        _named = named;
        _context = context;
    }

    public static string Format(TextValue format, CallArguments arguments) =>
        new FormatMethod(format.IsMarkup, arguments.Positional, arguments.FindNamed, arguments.Context).Run(format.Text, MaxNesting);

    public static string FormatMap(TextValue format, CallArguments arguments)
    {
        JinjaValue mapping = arguments.BindPositional("format_map", 1, 1)[0]!;
        return mapping is DictionaryValue dictionary
            ? new FormatMethod(format.IsMarkup, [], name => dictionary.Find(new TextValue(name)), arguments.Context).Run(format.Text, MaxNesting)
            : throw ChatTemplateException.Evaluation($"format_map() argument must be dict, not {mapping.TypeName}");
    }

    private string Run(string format, int nesting)
    {
        if (nesting < 0)
        {
            throw ChatTemplateException.Evaluation("Max string recursion exceeded");
        }

        var output = new OutputBuffer(_context);
        for (int at = 0; at < format.Length; at++)
        {
            char c = format[at];
            if (c is not ('{' or '}'))
            {
                output.Append(c);
            }
            else if (at + 1 < format.Length && format[at + 1] == c)
            {
                output.Append(c);
                at++;
            }
            else if (c == '}')
            {
                throw ChatTemplateException.Evaluation("Single '}' encountered in format string");
            }
            else
            {
                int end = FindEnd(format, at + 1);
                output.Append(FormatField(format[(at + 1)..end], nesting));
                at = end;
            }
        }

        return output.ToString();
    }

    private static int FindEnd(string format, int start)
    {
        int depth = 1;
        for (int at = start; at < format.Length; at++)
        {
            depth += format[at] switch { '{' => 1, '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at;
            }
        }

        throw ChatTemplateException.Evaluation("expected '}' before end of string");
    }

    private string FormatField(string field, int nesting)
    {
        int bracket = field.IndexOf('[', StringComparison.Ordinal);
        int end = field.IndexOfAny(['!', ':'], bracket < 0 ? 0 : Math.Max(field.IndexOf(']', bracket), 0));
        string name = end < 0 ? field : field[..end];
        string rest = end < 0 ? "" : field[end..];
        JinjaValue value = Lookup(name);
        if (rest.StartsWith('!'))
        {
            value = Convert(value, rest);
            rest = rest[2..];
        }

        if (rest.Length > 0 && rest[0] != ':')
        {
            throw ChatTemplateException.Evaluation("expected ':' after conversion specifier");
        }

        string specification = rest.Length == 0 ? "" : Run(rest[1..], nesting - 1);
        if (_escapes)
        {
            return value is TextValue { IsMarkup: true } markup ? markup.Text : Html.Escape(FormatSpecification.Format(value, specification, _context));
        }

        return FormatSpecification.Format(value, specification, _context);
    }

    private TextValue Convert(JinjaValue value, string rest) => rest.Length < 2 ? throw ChatTemplateException.Evaluation("end of string while looking for conversion specifier") : rest[1] switch
    {
        's' => new TextValue(value.ToText(_context)),
        'r' => new TextValue(value.ToRepresentation(_context)),
        'a' => new TextValue(value is TextValue text ? PythonQuoting.Quote(text.Text, isAscii: true) : value.ToRepresentation(_context)),
        char other => throw ChatTemplateException.Evaluation($"Unknown conversion specifier {other}"),
    };

    private JinjaValue Lookup(string name)
    {
        int end = name.IndexOfAny(['.', '[']);
        JinjaValue value = First(end < 0 ? name : name[..end]);
        while (end >= 0 && end < name.Length)
        {
            bool isAttribute = name[end] == '.';
            int start = end + 1;
            end = isAttribute ? name.IndexOfAny(['.', '['], start) : name.IndexOf(']', start);
            if (!isAttribute && end < 0)
            {
                throw ChatTemplateException.Evaluation("Missing ']' in format string");
            }

            string part = name[start..(end < 0 ? name.Length : end)];
            value = isAttribute ? ValueAccess.Attribute(value, part, _context) : ValueAccess.Item(value, Key(part), _context);
            end += !isAttribute ? 1 : 0;
        }

        return value;
    }

    private JinjaValue First(string name)
    {
        int index;
        if (name.Length == 0)
        {
            index = _automatic++;
        }
        else if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out index))
        {
            _isNumbered = true;
        }
        else
        {
            return _named(name) ?? throw ChatTemplateException.Evaluation($"format argument '{name}' is missing");
        }

        if (_automatic > 0 && _isNumbered)
        {
            throw ChatTemplateException.Evaluation("cannot switch between manual field specification and automatic field numbering");
        }

        return index < _positional.Count
            ? _positional[index]
            : throw ChatTemplateException.Evaluation($"Replacement index {index} out of range for positional args tuple");
    }

    private static JinjaValue Key(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? new IntegerValue(index) : new TextValue(part);
}

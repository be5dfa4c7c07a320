using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's formatting of text with the operator <c>%</c>.</summary>
internal sealed class PercentFormat
{
    private readonly string _format;
    private readonly JinjaValue _arguments;
    private readonly IReadOnlyList<JinjaValue> _positional;
    private readonly bool _escapes;
    private readonly RenderContext _context;
    private int _position;
    private int _used;

    private PercentFormat(TextValue format, JinjaValue arguments, RenderContext context)
    {
        _format = format.Text;
        _escapes = format.IsMarkup;
        _arguments = arguments;
        _positional = arguments is TupleValue tuple ? tuple.Items : [arguments];
        _context = context;
    }

    /// <summary>Formats with a tuple's elements, the values of a dictionary by name, or a single value.</summary>
    public static TextValue Format(TextValue format, JinjaValue arguments, RenderContext context) =>
        format.WithText(new PercentFormat(format, arguments, context).Run());

    private string Run()
    {
        var output = new OutputBuffer(_context);
        while (_position < _format.Length)
        {
            int percent = _format.IndexOf('%', _position);
            output.Append(_format[_position..(percent < 0 ? _format.Length : percent)]);
            if (percent < 0)
            {
                break;
            }

            _position = percent + 1;
            output.Append(Convert());
        }

        bool isMapping = _arguments is DictionaryValue or ListValue or UndefinedValue or RangeValue;
        return _used < _positional.Count && !isMapping
            ? throw ChatTemplateException.Evaluation("not all arguments converted during string formatting")
            : output.ToString();
    }

    private string Convert()
    {
        JinjaValue? named = Peek() == '(' ? NamedArgument() : null;
        string flags = ReadWhile(c => c is '-' or '+' or ' ' or '#' or '0');
        int width = ReadNumber(named) ?? 0;
        if (width < 0)
        {
            flags += "-";
            width = -width;
        }

        int? precision = null;
        if (Peek() == '.')
        {
            _position++;
            precision = Math.Max(ReadNumber(named) ?? 0, 0);
        }

        ReadWhile(c => c is 'h' or 'l' or 'L');
        char type = Peek() ?? throw ChatTemplateException.Evaluation("incomplete format");
        _position++;
        if (type == '%')
        {
            return "%";
        }

        JinjaValue value = named ?? NextArgument();
        (string sign, string body) = Present(value, type, flags, precision);
        return Pad(sign, body, width, flags, isNumber: type is not ('s' or 'r' or 'a' or 'c'));
    }

    private (string Sign, string Body) Present(JinjaValue value, char type, string flags, int? precision)
    {
        switch (type)
        {
            case 's':
                return ("", Truncate(_escapes ? Html.Escape(value, _context).Text : value.ToText(_context), precision));
            case 'r':
                string representation = value.ToRepresentation(_context);
                return ("", Truncate(_escapes ? Html.Escape(representation) : representation, precision));
            case 'a':
                return ("", Truncate(value is TextValue text ? PythonQuoting.Quote(text.Text, isAscii: true) : value.ToRepresentation(_context), precision));
            case 'c':
                return ("", Character(value));
            case 'd' or 'i' or 'u' or 'x' or 'X' or 'o':
                BigInteger integer = Integer(value, type);
                string digits = FloatFormat.Integer(BigInteger.Abs(integer), type);
                _context.SpendText(precision ?? 0);
                digits = digits.PadLeft(precision ?? 0, '0');
                string prefix = flags.Contains('#', StringComparison.Ordinal) && type is 'x' or 'X' or 'o' ? $"0{type}" : "";
                return (Sign(integer.Sign < 0, flags) + (flags.Contains('#', StringComparison.Ordinal) ? prefix : ""), digits);
            case 'f' or 'F' or 'e' or 'E' or 'g' or 'G':
                double number = PythonOperators.ToDouble(value) ?? throw NotNumber(value, type);
                string body = FloatFormat.Format(Math.Abs(number), type, precision ?? 6, flags.Contains('#', StringComparison.Ordinal));
                return (Sign(double.IsNegative(number) && !double.IsNaN(number), flags), body);
            default:
                throw ChatTemplateException.Evaluation($"unsupported format character '{type}'");
        }
    }

    private static string Sign(bool isNegative, string flags) => isNegative ? "-"
        : flags.Contains('+', StringComparison.Ordinal) ? "+"
        : flags.Contains(' ', StringComparison.Ordinal) ? " "
        : "";

    private string Pad(string sign, string body, int width, string flags, bool isNumber)
    {
        if (flags.Contains('-', StringComparison.Ordinal))
        {
            return TextMethods.Justify(sign + body, width, " ", (_, _) => 0, _context);
        }

        return isNumber && flags.Contains('0', StringComparison.Ordinal)
            ? sign + TextMethods.Justify(body, width - sign.Length, "0", (padding, _) => padding, _context)
            : TextMethods.Justify(sign + body, width, " ", (padding, _) => padding, _context);
    }

    private static string Truncate(string text, int? precision) =>
        precision is { } length && length < text.Length ? text[..CodePoints.Offset(text, length)] : text;

    private static string Character(JinjaValue value) => value switch
    {
        TextValue text when CodePoints.Count(text.Text) == 1 => text.Text,
        IntegerValue integer when integer.Value >= 0 && integer.Value <= 0x10FFFF && !(integer.Value >= 0xD800 && integer.Value <= 0xDFFF) => char.ConvertFromUtf32((int)integer.Value),
        _ => throw ChatTemplateException.Evaluation("%c requires int or char"),
    };

    private static BigInteger Integer(JinjaValue value, char type) => value switch
    {
        IntegerValue integer => integer.Value,
        BooleanValue boolean => boolean.Value ? 1 : 0,
        FloatValue number when double.IsFinite(number.Value) && type is 'd' or 'i' or 'u' => new BigInteger(((FloatValue)value).Value),
        _ => throw NotNumber(value, type),
    };

    private static ChatTemplateException NotNumber(JinjaValue value, char type)
    {
        value.ThrowIfUndefined();
        return ChatTemplateException.Evaluation($"%{type} format: a number is required, not {value.TypeName}");
    }

    private JinjaValue NamedArgument()
    {
        int start = ++_position;
        int depth = 1;
        while (_position < _format.Length && depth > 0)
        {
            depth += _format[_position++] switch { '(' => 1, ')' => -1, _ => 0 };
        }

        if (depth > 0)
        {
            throw ChatTemplateException.Evaluation("incomplete format key");
        }

        string key = _format[start..(_position - 1)];
        _used = _positional.Count;
        return _arguments is DictionaryValue dictionary
            ? dictionary.Find(new TextValue(key)) ?? throw ChatTemplateException.Evaluation($"format key '{key}' is not in the dictionary")
            : throw ChatTemplateException.Evaluation("format requires a mapping");
    }

    private JinjaValue NextArgument() => _used < _positional.Count
        ? _positional[_used++]
        : throw ChatTemplateException.Evaluation("not enough arguments for format string");

    private char? Peek() => _position < _format.Length ? _format[_position] : null;

    private string ReadWhile(Func<char, bool> predicate)
    {
        int start = _position;
        while (_position < _format.Length && predicate(_format[_position]))
        {
            _position++;
        }

        return _format[start.._position];
    }

    private int? ReadNumber(JinjaValue? named)
    {
        if (Peek() == '*' && named is null)
        {
            _position++;
            return PythonInteger.ToIndex(NextArgument()) ?? throw ChatTemplateException.Evaluation("* wants int");
        }

        string digits = ReadWhile(char.IsAsciiDigit);
        return digits.Length == 0 ? null
            : int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
            : throw ChatTemplateException.Evaluation("width or precision too big");
    }
}

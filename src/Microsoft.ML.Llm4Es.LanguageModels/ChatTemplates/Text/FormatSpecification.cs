using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's format specification, what follows the colon in <c>{:&gt;8.2f}</c>.</summary>
internal sealed partial class FormatSpecification
{
    private readonly string _fill;
    private readonly char? _align;
    private readonly string _sign;
    private readonly bool _isAlternate;
    private readonly int _width;
    private readonly string _grouping;
    private readonly int? _precision;
    private readonly char _type;

    private FormatSpecification(Match match)
    {
        bool isZeroPadded = match.Groups["zero"].Success;
        _fill = match.Groups["fill"] is { Length: > 0 } fill ? fill.Value : isZeroPadded ? "0" : " ";
        _align = match.Groups["align"] is { Length: > 0 } align ? align.ValueSpan[0] : isZeroPadded ? '=' : null;
        _sign = match.Groups["sign"].Value;
        _isAlternate = match.Groups["alternate"].Success;
        _width = Number(match.Groups["width"]) ?? 0;
        _grouping = match.Groups["grouping"].Value;
        _precision = Number(match.Groups["precision"]);
        _type = match.Groups["type"] is { Length: > 0 } type ? type.ValueSpan[0] : '\0';
    }

    public static string Format(JinjaValue value, string specification, RenderContext context)
    {
        if (specification.Length == 0)
        {
            return value.ToText(context);
        }

        Match match = Pattern().Match(specification);
        if (!match.Success)
        {
            throw ChatTemplateException.Evaluation($"Invalid format specifier '{specification}'");
        }

        return new FormatSpecification(match).Format(value, context);
    }

    [GeneratedRegex(@"^((?<fill>[^{}]|[\ud800-\udbff][\udc00-\udfff])?(?<align>[<>=^]))?(?<sign>[-+ ])?(?<alternate>#)?(?<zero>0)?(?<width>[0-9]+)?(?<grouping>[,_])?(\.(?<precision>[0-9]+))?(?<type>[a-zA-Z%])?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Pattern();

    private static int? Number(Group group) => !group.Success ? null
        : int.TryParse(group.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw ChatTemplateException.Evaluation("Too many decimal digits in format string");

    private string Format(JinjaValue value, RenderContext context) => value switch
    {
        TextValue text => FormatText(text.Text, context),
        IntegerValue integer => FormatInteger(integer.Value, context),
        BooleanValue boolean => FormatInteger(boolean.Value ? 1 : 0, context),
        FloatValue number => FormatFloat(number.Value, context),
        _ => throw ChatTemplateException.Evaluation($"unsupported format string passed to {value.TypeName}.__format__"),
    };

    private string FormatText(string text, RenderContext context)
    {
        if (_type is not ('\0' or 's') || _align == '=' && _fill != "0" || _sign.Length > 0 || _isAlternate || _grouping.Length > 0)
        {
            throw ChatTemplateException.Evaluation("Invalid format specifier for a str");
        }

        text = _precision is { } length && length < text.Length ? text[..CodePoints.Offset(text, length)] : text;
        return Pad("", text, _align is null or '=' ? '<' : _align.Value, context);
    }

    private string FormatInteger(BigInteger value, RenderContext context)
    {
        if (_type is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            return FormatFloat((double)value, context);
        }

        if (_precision is not null || _type is not ('\0' or 'd' or 'n' or 'b' or 'o' or 'x' or 'X' or 'c'))
        {
            throw ChatTemplateException.Evaluation("Invalid format specifier for an int");
        }

        if (_type == 'c')
        {
            return value >= 0 && value < 0xD800 ? Pad("", ((char)(int)value).ToString(), _align ?? '<', context)
                : throw ChatTemplateException.Evaluation("%c arg not in range");
        }

        string prefix = _isAlternate && _type is 'b' or 'o' or 'x' or 'X' ? $"0{_type}" : "";
        string digits = Group(FloatFormat.Integer(BigInteger.Abs(value), _type), _type is 'b' or 'o' or 'x' or 'X' ? 4 : 3);
        return Pad(Sign(value.Sign < 0) + (_isAlternate ? prefix : ""), digits, _align ?? '>', context);
    }

    private string FormatFloat(double value, RenderContext context)
    {
        double magnitude = Math.Abs(value);
        string text = _type switch
        {
            '\0' when _precision is null => PythonFloat.ToText(magnitude),
            '\0' => FloatFormat.Shortened(magnitude, _precision.Value, _isAlternate),
            '%' => FloatFormat.Format(magnitude * 100, 'f', _precision ?? 6, _isAlternate) + "%",
            'n' => FloatFormat.Format(magnitude, 'g', _precision ?? 6, _isAlternate),
            'e' or 'E' or 'f' or 'F' or 'g' or 'G' => FloatFormat.Format(magnitude, _type, _precision ?? 6, _isAlternate),
            _ => throw ChatTemplateException.Evaluation($"Unknown format code '{_type}' for object of type 'float'"),
        };
        return Pad(Sign(double.IsNegative(value) && !double.IsNaN(value)), Group(text, 3), _align ?? '>', context);
    }

    private string Sign(bool isNegative) => isNegative ? "-" : _sign == "-" ? "" : _sign;

    private string Group(string number, int size)
    {
        if (_grouping.Length == 0)
        {
            return number;
        }

        int end = number.AsSpan().IndexOfAny(".e%");
        end = end < 0 ? number.Length : end;
        string grouped = number;
        for (int at = end - size; at > 0; at -= size)
        {
            grouped = grouped.Insert(at, _grouping);
        }

        return grouped;
    }

    private string Pad(string sign, string body, char align, RenderContext context) => align switch
    {
        '<' => TextMethods.Justify(sign + body, _width, _fill, (_, _) => 0, context),
        '^' => TextMethods.Justify(sign + body, _width, _fill, (padding, _) => padding / 2, context),
        '=' => sign + TextMethods.Justify(body, _width - sign.Length, _fill, (padding, _) => padding, context),
        _ => TextMethods.Justify(sign + body, _width, _fill, (padding, _) => padding, context),
    };
}

using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Filters that give numbers or take them.</summary>
internal static class NumberFilters
{
    public static JinjaValue Absolute(JinjaValue input, CallArguments arguments)
    {
        arguments.BindPositional("abs", 0, 0);
        if (input is FloatValue number)
        {
            return new FloatValue(Math.Abs(number.Value));
        }

        return new IntegerValue(BigInteger.Abs(PythonOperators.ToInteger(input) ?? throw NotNumber(input, "abs")));
    }

    public static JinjaValue Integer(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("int", 0, "default", "base");
        JinjaValue otherwise = bound[0] ?? new IntegerValue(0);
        input.ThrowIfUndefined();
        switch (input)
        {
            case TextValue text when PythonInteger.TryParse(text.Text, bound.Integer(1, 10), out BigInteger parsed):
                return new IntegerValue(parsed);
            case TextValue text when PythonFloat.TryParse(text.Text, out double number) && double.IsFinite(number):
                return new IntegerValue(new BigInteger(number));
            case FloatValue number when double.IsFinite(number.Value):
                return new IntegerValue(new BigInteger(number.Value));
            case FloatValue number when double.IsInfinity(number.Value):
                throw ChatTemplateException.Evaluation("cannot convert float infinity to integer");
            default:
                return PythonOperators.ToInteger(input) is { } integer ? new IntegerValue(integer) : otherwise;
        }
    }

    public static JinjaValue Float(JinjaValue input, CallArguments arguments)
    {
        JinjaValue otherwise = arguments.Bind("float", 0, "default")[0] ?? new FloatValue(0);
        input.ThrowIfUndefined();
        if (input is TextValue text)
        {
            return PythonFloat.TryParse(text.Text, out double parsed) ? new FloatValue(parsed) : otherwise;
        }

        return PythonOperators.ToDouble(input) is { } number ? new FloatValue(number) : otherwise;
    }

    public static JinjaValue Round(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("round", 0, "precision", "method");
        int places = bound.Integer(0);
        string method = bound.Text(1, "common");
        if (method is not ("common" or "ceil" or "floor"))
        {
            throw ChatTemplateException.Evaluation("method must be common, ceil or floor");
        }

        if (PythonOperators.ToDouble(input) is not { } number)
        {
            throw NotNumber(input, "round");
        }

        if (method != "common")
        {
            double scale = Math.Pow(10, places);
            double scaled = number * scale;
            return new FloatValue((method == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / scale);
        }

        return input is FloatValue ? new FloatValue(PythonFloat.Round(number, places)) : new IntegerValue(RoundInteger(PythonOperators.ToInteger(input)!.Value, places));
    }

    public static JinjaValue Sum(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("sum", 0, "attribute", "start");
        Func<JinjaValue, JinjaValue> key = AttributePath.Getter(bound.OrNone(0), arguments.Context);
        JinjaValue total = bound[1] ?? new IntegerValue(0);
        if (total is TextValue)
        {
            throw ChatTemplateException.Evaluation("sum() can't sum strings, use the filter join instead");
        }

        foreach (JinjaValue item in input.RequireElements())
        {
            total = PythonOperators.Arithmetic("+", total, key(item), arguments.Context);
        }

        return total;
    }

    public static JinjaValue FileSize(JinjaValue input, CallArguments arguments)
    {
        bool isBinary = arguments.Bind("filesizeformat", 0, "binary").Flag(0);
        double bytes = 0;
        if (input is TextValue text ? !PythonFloat.TryParse(text.Text, out bytes) : PythonOperators.ToDouble(input) is null)
        {
            throw NotNumber(input, "filesizeformat");
        }

        bytes = input is TextValue ? bytes : PythonOperators.ToDouble(input)!.Value;
        double unit = isBinary ? 1024 : 1000;
        if (bytes == 1)
        {
            return new TextValue("1 Byte");
        }

        if (bytes < unit)
        {
            return new TextValue($"{Math.Truncate(bytes).ToString(CultureInfo.InvariantCulture)} Bytes");
        }

        const string Prefixes = "kMGTPEZY";
        int power = 0;
        double size = unit * unit;
        while (bytes >= size && power < Prefixes.Length - 1)
        {
            power++;
            size *= unit;
        }

        string prefix = isBinary ? $"{char.ToUpperInvariant(Prefixes[power])}i" : $"{Prefixes[power]}";
        return new TextValue($"{FloatFormat.Format(unit * bytes / size, 'f', 1, keepPoint: false)} {prefix}B");
    }

    private static BigInteger RoundInteger(BigInteger value, int places)
    {
        if (places >= 0)
        {
            return value;
        }

        BigInteger unit = BigInteger.Pow(10, Math.Min(-places, PythonInteger.MaxDigits));
        return value.Sign * PythonFloat.DivideToEven(BigInteger.Abs(value), unit) * unit;
    }

    private static ChatTemplateException NotNumber(JinjaValue value, string filter)
    {
        value.ThrowIfUndefined();
        return ChatTemplateException.Evaluation($"the filter {filter} needs a number, not {value.TypeName}");
    }
}

using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's arithmetic and <c>in</c>.</summary>
internal static class PythonOperators
{
    /// <summary>The value of an integer or boolean; null for any other type.</summary>
    public static BigInteger? ToInteger(JinjaValue value) => value switch
    {
        IntegerValue integer => integer.Value,
        BooleanValue boolean => boolean.Value ? 1 : 0,
        _ => null,
    };

    /// <summary>The value of any number or boolean; null for any other type.</summary>
    public static double? ToDouble(JinjaValue value) => value is FloatValue number ? number.Value : (double?)ToInteger(value);

    public static JinjaValue Arithmetic(string symbol, JinjaValue left, JinjaValue right, RenderContext context)
    {
        if (symbol == "%" && left is TextValue format)
        {
            return PercentFormat.Format(format, right, context);
        }

        left.ThrowIfUndefined();
        right.ThrowIfUndefined();
        if (ToInteger(left) is { } m && ToInteger(right) is { } n)
        {
            return Integers(symbol, m, n, context);
        }

        if (ToDouble(left) is { } x && ToDouble(right) is { } y)
        {
            return new FloatValue(Floats(symbol, x, y));
        }

        return symbol switch
        {
            "+" => Concatenate(left, right, context),
            "*" when PythonInteger.ToIndex(right) is { } count => Repeat(left, count, context) ?? throw Unsupported(symbol, left, right),
            "*" when PythonInteger.ToIndex(left) is { } count => Repeat(right, count, context) ?? throw Unsupported(symbol, left, right),
            _ => throw Unsupported(symbol, left, right),
        };
    }

    /// <summary>A number with its sign changed where <paramref name="isNegative"/>; a boolean becomes an integer.</summary>
    public static JinjaValue Sign(bool isNegative, JinjaValue operand)
    {
        operand.ThrowIfUndefined();
        if (operand is FloatValue number)
        {
            return new FloatValue(isNegative ? -number.Value : number.Value);
        }

        return ToInteger(operand) is { } integer
            ? new IntegerValue(isNegative ? -integer : integer)
            : throw ChatTemplateException.Evaluation($"bad operand type for unary {(isNegative ? '-' : '+')}: '{operand.TypeName}'");
    }

    public static bool Contains(JinjaValue container, JinjaValue item, RenderContext context)
    {
        switch (container)
        {
            case TextValue text:
                context.SpendText(text.Text.Length);
                return item is TextValue part
                    ? text.Text.Contains(part.Text, StringComparison.Ordinal)
                    : throw ChatTemplateException.Evaluation($"'in <string>' requires string as left operand, not {item.TypeName}");
            case DictionaryValue dictionary:
                PythonEquality.RequireHashable(item);
                return dictionary.Contains(item);
        }

        IEnumerable<JinjaValue> elements = container.Elements ?? throw ChatTemplateException.Evaluation($"argument of type '{container.TypeName}' is not iterable");
        return elements.Any(element => ReferenceEquals(element, item) || context.Equality.Equals(element, item));
    }

    private static JinjaValue Integers(string symbol, BigInteger left, BigInteger right, RenderContext context)
    {
        if (right.IsZero && symbol is "/" or "//" or "%")
        {
            throw ChatTemplateException.Evaluation(symbol == "/" ? "division by zero" : "integer division or modulo by zero");
        }

        context.Spend(1 + (left.GetByteCount() / 64) + (right.GetByteCount() / 64));
        return symbol switch
        {
            "+" => PythonInteger.Checked(left + right),
            "-" => PythonInteger.Checked(left - right),
            "*" => PythonInteger.Checked(left * right),
            "/" => new FloatValue(Divide(left, right)),
            "//" => new IntegerValue(FloorDivide(left, right)),
            "%" => new IntegerValue(left - (FloorDivide(left, right) * right)),
            _ => Power(left, right),
        };
    }

    private static double Divide(BigInteger left, BigInteger right)
    {
        double quotient = (double)left / (double)right;
        return double.IsFinite(quotient) ? quotient : throw ChatTemplateException.Evaluation("integer division result too large for a float");
    }

    private static BigInteger FloorDivide(BigInteger left, BigInteger right)
    {
        BigInteger quotient = BigInteger.DivRem(left, right, out BigInteger remainder);
        return !remainder.IsZero && remainder.Sign != right.Sign ? quotient - 1 : quotient;
    }

    private static JinjaValue Power(BigInteger value, BigInteger exponent)
    {
        if (exponent.Sign < 0)
        {
            return new FloatValue(Floats("**", (double)value, (double)exponent));
        }

        if (value.IsZero || value.IsOne || exponent.IsZero)
        {
            return new IntegerValue(exponent.IsZero ? BigInteger.One : value);
        }

        if (value == BigInteger.MinusOne)
        {
            return new IntegerValue(exponent.IsEven ? BigInteger.One : value);
        }

        // The size of the result is known before it is made.
        double digits = (double)exponent * BigInteger.Log10(BigInteger.Abs(value));
        return digits > PythonInteger.MaxDigits
            ? throw ChatTemplateException.Limit($"The template makes an integer of more than {PythonInteger.MaxDigits} digits.")
            : PythonInteger.Checked(BigInteger.Pow(value, (int)exponent));
    }

    private static double Floats(string symbol, double left, double right)
    {
        if (right == 0 && symbol is "/" or "//" or "%")
        {
            throw ChatTemplateException.Evaluation("float division by zero");
        }

        switch (symbol)
        {
            case "+":
                return left + right;
            case "-":
                return left - right;
            case "*":
                return left * right;
            case "/":
                return left / right;
            case "//":
                return Math.Floor((left - Modulo(left, right)) / right);
            case "%":
                return Modulo(left, right);
        }

        double power = Math.Pow(left, right);
        if (left == 0 && right < 0)
        {
            throw ChatTemplateException.Evaluation("0.0 cannot be raised to a negative power");
        }

        return double.IsFinite(power) || !double.IsFinite(left) || !double.IsFinite(right)
            ? power
            : throw ChatTemplateException.Evaluation("the result of ** is too large or not a real number");
    }

    private static double Modulo(double left, double right)
    {
        double remainder = left % right;
        if (remainder == 0)
        {
            return double.CopySign(0, right);
        }

        return remainder < 0 != right < 0 ? remainder + right : remainder;
    }

    private static JinjaValue Concatenate(JinjaValue left, JinjaValue right, RenderContext context)
    {
        switch (left, right)
        {
            case (TextValue a, TextValue b):
                bool isMarkup = a.IsMarkup || b.IsMarkup;
                string first = isMarkup ? Html.Escape(a, context).Text : a.Text;
                string second = isMarkup ? Html.Escape(b, context).Text : b.Text;
                context.SpendText((long)first.Length + second.Length);
                return new TextValue(first + second, isMarkup);
            case (ListValue a, ListValue b):
                return a.With(context.Collect(a.Items.Concat(b.Items)));
            case (TupleValue a, TupleValue b):
                return a.With(context.Collect(a.Items.Concat(b.Items)));
            case (TextValue, _):
                throw ChatTemplateException.Evaluation($"can only concatenate str (not \"{right.TypeName}\") to str");
            case (SequenceValue, _):
                throw ChatTemplateException.Evaluation($"can only concatenate {left.TypeName} (not \"{right.TypeName}\") to {left.TypeName}");
            default:
                throw Unsupported("+", left, right);
        }
    }

    private static JinjaValue? Repeat(JinjaValue value, int count, RenderContext context)
    {
        count = Math.Max(count, 0);
        switch (value)
        {
            case TextValue text:
                context.SpendText((long)text.Text.Length * count);
                return text.WithText(string.Concat(Enumerable.Repeat(text.Text, text.Text.Length == 0 ? 0 : count)));
            case SequenceValue sequence:
                return sequence.With(context.Collect(Enumerable.Repeat(sequence.Items, sequence.Items.Count == 0 ? 0 : count).SelectMany(items => items)));
            default:
                return null;
        }
    }

    private static ChatTemplateException Unsupported(string symbol, JinjaValue left, JinjaValue right) =>
        ChatTemplateException.Evaluation($"unsupported operand type(s) for {symbol}: '{left.TypeName}' and '{right.TypeName}'");
}

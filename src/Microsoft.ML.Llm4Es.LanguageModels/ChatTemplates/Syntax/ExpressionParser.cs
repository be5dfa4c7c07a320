using System.Globalization;
using System.Numerics;
using static Microsoft.ML.Llm4Es.LanguageModels.JinjaExpression;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Parses expressions with Jinja's grammar; each method is one level of precedence, the loosest first.</summary>
internal sealed partial class ExpressionParser(TokenStream tokens)
{
    private readonly NameCheck _names = new();

    /// <summary>Gets the check that filters and tests exist, which looks away inside conditions.</summary>
    public NameCheck Names => _names;

    /// <summary>Gets the special names (<c>caller</c>, <c>kwargs</c>, <c>varargs</c>) read so far, in order; a macro looks at those of its body.</summary>
    public List<string> SpecialNames { get; } = [];

    public JinjaExpression ParseExpression()
    {
        tokens.Enter();
        int mark = _names.Mark();
        JinjaExpression expression = ParseOr();
        while (tokens.SkipName("if"))
        {
            JinjaExpression test = ParseOr();
            JinjaExpression? otherwise = tokens.SkipName("else") ? ParseExpression() : null;
            expression = new Conditional(test, expression, otherwise);
            _names.ForgetSince(mark);
        }

        tokens.Leave();
        return expression;
    }

    /// <summary>Parses an expression, or a tuple where commas follow, that ends at the end of the tag, a closing parenthesis or <paramref name="endName"/>.</summary>
    public JinjaExpression ParseTuple(bool allowConditional = true, string? endName = null, bool isParenthesized = false)
    {
        var items = new List<JinjaExpression>();
        bool isTuple = false;
        while (!IsTupleEnd(endName))
        {
            items.Add(allowConditional ? ParseExpression() : ParseOr());
            if (!tokens.SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        if (isTuple)
        {
            return new TupleLiteral(items);
        }

        if (items.Count == 1)
        {
            return items[0];
        }

        return isParenthesized
            ? new TupleLiteral(items)
            : throw ChatTemplateException.Syntax($"Expected an expression, got '{tokens.Current.Describe()}'", tokens.Current.Line);
    }

    public bool IsTupleEnd(string? endName) =>
        tokens.Current.Kind is JinjaTokenKind.VariableEnd or JinjaTokenKind.BlockEnd
        || tokens.Current.IsOperator(")")
        || (endName is not null && tokens.Current.IsName(endName));

    public JinjaExpression ParseOr()
    {
        JinjaExpression left = ParseAnd();
        while (tokens.SkipName("or"))
        {
            left = new Logical(IsAnd: false, left, ParseAnd());
        }

        return left;
    }

    private JinjaExpression ParseAnd()
    {
        JinjaExpression left = ParseNot();
        while (tokens.SkipName("and"))
        {
            left = new Logical(IsAnd: true, left, ParseNot());
        }

        return left;
    }

    private JinjaExpression ParseNot()
    {
        if (!tokens.SkipName("not"))
        {
            return ParseComparison();
        }

        tokens.Enter();
        var not = new Not(ParseNot());
        tokens.Leave();
        return not;
    }

    private JinjaExpression ParseComparison()
    {
        JinjaExpression first = ParseSum();
        var rest = new List<(string, JinjaExpression)>();
        while (NextComparisonOperator() is { } symbol)
        {
            rest.Add((symbol, ParseSum()));
        }

        return rest.Count == 0 ? first : new Comparison(first, rest);
    }

    private string? NextComparisonOperator()
    {
        JinjaToken token = tokens.Current;
        if (token.Kind == JinjaTokenKind.Operator && token.Text is "==" or "!=" or "<" or "<=" or ">" or ">=")
        {
            return tokens.Next().Text;
        }

        if (tokens.SkipName("in"))
        {
            return "in";
        }

        if (!token.IsName("not") || !tokens.Following.IsName("in"))
        {
            return null;
        }

        tokens.Next();
        tokens.Next();
        return "not in";
    }

    private JinjaExpression ParseSum()
    {
        JinjaExpression left = ParseConcatenation();
        while (tokens.Current is { Kind: JinjaTokenKind.Operator, Text: "+" or "-" })
        {
            left = new Arithmetic(tokens.Next().Text, left, ParseConcatenation());
        }

        return left;
    }

    private JinjaExpression ParseConcatenation()
    {
        JinjaExpression first = ParseProduct();
        if (!tokens.Current.IsOperator("~"))
        {
            return first;
        }

        var parts = new List<JinjaExpression> { first };
        while (tokens.SkipOperator("~"))
        {
            parts.Add(ParseProduct());
        }

        return new Concatenation(parts);
    }

    private JinjaExpression ParseProduct()
    {
        JinjaExpression left = ParsePower();
        while (tokens.Current is { Kind: JinjaTokenKind.Operator, Text: "*" or "/" or "//" or "%" })
        {
            left = new Arithmetic(tokens.Next().Text, left, ParsePower());
        }

        return left;
    }

    // Jinja's power binds to the left, unlike Python's, and below a sign.
    private JinjaExpression ParsePower()
    {
        JinjaExpression left = ParseSign();
        while (tokens.SkipOperator("**"))
        {
            left = new Arithmetic("**", left, ParseSign());
        }

        return left;
    }

    private JinjaExpression ParseSign(bool allowFilters = true)
    {
        JinjaExpression expression;
        if (tokens.Current is { Kind: JinjaTokenKind.Operator, Text: "+" or "-" })
        {
            bool isNegative = tokens.Next().Text == "-";
            tokens.Enter();
            expression = new Sign(isNegative, ParseSign(allowFilters: false));
            tokens.Leave();
        }
        else
        {
            expression = ParsePrimary();
        }

        expression = ParsePostfix(expression);
        return allowFilters ? ParseFiltersAndTests(expression) : expression;
    }

    public JinjaExpression ParsePrimary()
    {
        JinjaToken token = tokens.Next();
        return token.Kind switch
        {
            JinjaTokenKind.Name => ParseName(token.Text),
            JinjaTokenKind.Text => ParseText(token.Text),
            JinjaTokenKind.Integer => new Constant(new IntegerValue(ParseInteger(token))),
            JinjaTokenKind.Float => new Constant(new FloatValue(double.Parse(token.Text, CultureInfo.InvariantCulture))),
            JinjaTokenKind.Operator when token.Text == "(" => ParseParenthesized(),
            JinjaTokenKind.Operator when token.Text == "[" => new ListLiteral(ParseItems("]", ParseExpression)),
            JinjaTokenKind.Operator when token.Text == "{" => new DictionaryLiteral(ParseItems("}", ParsePair)),
            _ => throw ChatTemplateException.Syntax($"unexpected '{token.Describe()}', expected an expression", token.Line),
        };
    }

    private JinjaExpression ParseName(string name)
    {
        if (name is "caller" or "kwargs" or "varargs")
        {
            SpecialNames.Add(name);
        }

        return name switch
        {
            "true" or "True" => new Constant(BooleanValue.True),
            "false" or "False" => new Constant(BooleanValue.False),
            "none" or "None" => new Constant(NoneValue.Instance),
            _ => new Variable(name),
        };
    }

    private Constant ParseText(string text)
    {
        while (tokens.Current.Kind == JinjaTokenKind.Text)
        {
            text += tokens.Next().Text;
        }

        return new Constant(new TextValue(text));
    }

    private static BigInteger ParseInteger(JinjaToken token)
    {
        string text = token.Text;
        int radix = text.Length < 2 ? 10 : char.ToLowerInvariant(text[1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 };
        return PythonInteger.TryParse(text, radix, out BigInteger value)
            ? value
            : throw ChatTemplateException.Syntax($"The number of {text.Length} digits is too long, expected at most {PythonInteger.MaxDigits}.", token.Line);
    }

    private JinjaExpression ParseParenthesized()
    {
        tokens.Enter();
        JinjaExpression expression = ParseTuple(isParenthesized: true);
        tokens.ExpectOperator(")");
        tokens.Leave();
        return expression;
    }

    private List<T> ParseItems<T>(string close, Func<T> parseItem)
    {
        var items = new List<T>();
        while (!tokens.Current.IsOperator(close))
        {
            items.Add(parseItem());
            if (!tokens.SkipOperator(","))
            {
                break;
            }
        }

        tokens.ExpectOperator(close);
        return items;
    }

    private (JinjaExpression Key, JinjaExpression Value) ParsePair()
    {
        JinjaExpression key = ParseExpression();
        tokens.ExpectOperator(":");
        return (key, ParseExpression());
    }
}

using static Microsoft.ML.Llm4Es.LanguageModels.JinjaExpression;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What can follow an operand: attributes, subscripts, calls, filters and tests.</summary>
internal sealed partial class ExpressionParser
{
    private JinjaExpression ParsePostfix(JinjaExpression expression)
    {
        while (true)
        {
            if (tokens.SkipOperator("."))
            {
                expression = ParseAttribute(expression);
            }
            else if (tokens.SkipOperator("["))
            {
                expression = ParseSubscript(expression);
            }
            else if (tokens.Current.IsOperator("("))
            {
                expression = new Call(expression, ParseArguments());
            }
            else
            {
                return expression;
            }
        }
    }

    private JinjaExpression ParseAttribute(JinjaExpression target)
    {
        JinjaToken token = tokens.Next();
        return token.Kind switch
        {
            JinjaTokenKind.Name => new AttributeOf(target, token.Text),
            JinjaTokenKind.Integer => new ItemOf(target, new Constant(new IntegerValue(ParseInteger(token)))),
            _ => throw ChatTemplateException.Syntax($"expected name or number, got '{token.Describe()}'", token.Line),
        };
    }

    private JinjaExpression ParseSubscript(JinjaExpression target)
    {
        JinjaExpression? start = tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") ? null : ParseExpression();
        JinjaExpression subscript;
        if (tokens.SkipOperator(":"))
        {
            JinjaExpression? stop = tokens.Current.IsOperator(":") || tokens.Current.IsOperator("]") ? null : ParseExpression();
            JinjaExpression? step = tokens.SkipOperator(":") && !tokens.Current.IsOperator("]") ? ParseExpression() : null;
            subscript = new SliceOf(target, start, stop, step);
        }
        else if (start is null || tokens.Current.IsOperator(","))
        {
            subscript = new ItemOf(target, ParseTupleKey(start));
        }
        else
        {
            subscript = new ItemOf(target, start);
        }

        tokens.ExpectOperator("]");
        return subscript;
    }

    private TupleLiteral ParseTupleKey(JinjaExpression? first)
    {
        List<JinjaExpression> items = first is null ? [] : [first];
        while (tokens.SkipOperator(",") && !tokens.Current.IsOperator("]"))
        {
            items.Add(ParseExpression());
        }

        return new TupleLiteral(items);
    }

    public ArgumentList ParseArguments()
    {
        tokens.ExpectOperator("(");
        var positional = new List<JinjaExpression>();
        var named = new List<(string, JinjaExpression)>();
        JinjaExpression? unpacked = null;
        JinjaExpression? unpackedNamed = null;
        while (!tokens.Current.IsOperator(")"))
        {
            JinjaToken token = tokens.Current;
            bool isInOrder;
            if (tokens.SkipOperator("*"))
            {
                isInOrder = unpacked is null && unpackedNamed is null;
                unpacked = ParseExpression();
            }
            else if (tokens.SkipOperator("**"))
            {
                isInOrder = unpackedNamed is null;
                unpackedNamed = ParseExpression();
            }
            else if (token.Kind == JinjaTokenKind.Name && tokens.Following.IsOperator("="))
            {
                isInOrder = unpackedNamed is null;
                tokens.Next();
                tokens.Next();
                isInOrder &= named.TrueForAll(argument => argument.Item1 != token.Text);
                named.Add((token.Text, ParseExpression()));
            }
            else
            {
                isInOrder = unpacked is null && unpackedNamed is null && named.Count == 0;
                positional.Add(ParseExpression());
            }

            if (!isInOrder)
            {
                throw ChatTemplateException.Syntax("invalid syntax for function call expression: positional arguments come first, each name at most once, then *list and **dictionary", token.Line);
            }

            if (!tokens.SkipOperator(","))
            {
                break;
            }
        }

        tokens.ExpectOperator(")");
        return new ArgumentList(positional, named, unpacked, unpackedNamed);
    }

    private JinjaExpression ParseFiltersAndTests(JinjaExpression expression)
    {
        while (true)
        {
            if (tokens.Current.IsOperator("|"))
            {
                expression = ParseFilters(expression);
            }
            else if (tokens.SkipName("is"))
            {
                expression = ParseTest(expression);
            }
            else if (tokens.Current.IsOperator("("))
            {
                expression = new Call(expression, ParseArguments());
            }
            else
            {
                return expression;
            }
        }
    }

    /// <summary>Parses what follows <paramref name="input"/> of the form <c>| name(…) | name</c>; <paramref name="isFirstOpen"/> where the first bar is not written.</summary>
    public JinjaExpression ParseFilters(JinjaExpression input, bool isFirstOpen = false)
    {
        while (isFirstOpen || tokens.SkipOperator("|"))
        {
            isFirstOpen = false;
            int line = tokens.Current.Line;
            string name = ParseDottedName("a filter's name");
            Names.CheckFilter(name, line);
            input = new Filter(input, name, tokens.Current.IsOperator("(") ? ParseArguments() : ArgumentList.None);
        }

        return input;
    }

    private JinjaExpression ParseTest(JinjaExpression input)
    {
        bool isNegated = tokens.SkipName("not");
        int line = tokens.Current.Line;
        string name = ParseDottedName("a test's name");
        Names.CheckTest(name, line);
        ArgumentList arguments = ArgumentList.None;
        if (tokens.Current.IsOperator("("))
        {
            arguments = ParseArguments();
        }
        else if (StartsTestArgument())
        {
            arguments = new ArgumentList([ParsePostfix(ParsePrimary())], [], null, null);
        }

        var test = new Test(input, name, arguments);
        return isNegated ? new Not(test) : test;
    }

    private bool StartsTestArgument()
    {
        JinjaToken token = tokens.Current;
        if (token.IsName("is"))
        {
            throw ChatTemplateException.Syntax("You cannot chain multiple tests with is", token.Line);
        }

        return token.Kind switch
        {
            JinjaTokenKind.Name => token.Text is not ("else" or "or" or "and"),
            JinjaTokenKind.Text or JinjaTokenKind.Integer or JinjaTokenKind.Float => true,
            _ => token.IsOperator("[") || token.IsOperator("{"),
        };
    }

    private string ParseDottedName(string description)
    {
        string name = tokens.Expect(JinjaTokenKind.Name, description).Text;
        while (tokens.SkipOperator("."))
        {
            name += "." + tokens.Expect(JinjaTokenKind.Name, description).Text;
        }

        return name;
    }
}

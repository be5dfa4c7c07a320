using static Microsoft.ML.Llm4Es.LanguageModels.JinjaExpression;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Evaluates expressions.</summary>
internal sealed class ExpressionEvaluator(RenderContext context)
{
    private readonly PythonOrder _order = new(context);

    public JinjaValue Evaluate(JinjaExpression expression, Scope scope)
    {
        context.Enter();
        JinjaValue value = expression switch
        {
            Constant constant => constant.Value,
            Variable variable => scope.Find(variable.Name) ?? new UndefinedValue($"'{variable.Name}' is undefined"),
            AttributeOf attribute => ValueAccess.Attribute(Evaluate(attribute.Target, scope), attribute.Name, context),
            ItemOf item => ValueAccess.Item(Evaluate(item.Target, scope), Evaluate(item.Key, scope), context),
            SliceOf slice => Slice(slice, scope),
            Call call => Evaluate(call.Target, scope).Call(EvaluateArguments(call.Arguments, scope)),
            Filter filter => ApplyFilter(filter, scope),
            Test test => BooleanValue.Of(JinjaTests.Evaluate(test.Name, Evaluate(test.Input, scope), EvaluateArguments(test.Arguments, scope))),
            Not not => BooleanValue.Of(!Evaluate(not.Operand, scope).IsTrue),
            Logical logical => Evaluate(logical.Left, scope) is var left && left.IsTrue == logical.IsAnd ? Evaluate(logical.Right, scope) : left,
            Comparison comparison => BooleanValue.Of(Compare(comparison, scope)),
            Conditional conditional => Choose(conditional, scope),
            Concatenation concatenation => Concatenate(concatenation, scope),
            Arithmetic arithmetic => PythonOperators.Arithmetic(arithmetic.Operator, Evaluate(arithmetic.Left, scope), Evaluate(arithmetic.Right, scope), context),
            Sign sign => PythonOperators.Sign(sign.IsNegative, Evaluate(sign.Operand, scope)),
            ListLiteral list => new ListValue(EvaluateAll(list.Items, scope)),
            TupleLiteral tuple => new TupleValue(EvaluateAll(tuple.Items, scope)),
            DictionaryLiteral dictionary => MakeDictionary(dictionary, scope),
            _ => throw new InvalidOperationException($"{expression.GetType().Name} is only evaluated as the input of a filter."),
        };
        context.Leave();
        return value;
    }

    /// <summary>Applies the filters of a filter block or a set block to the text that was captured.</summary>
    public JinjaValue ApplyFilters(JinjaExpression filters, JinjaValue captured, Scope scope) => filters is Filter filter
        ? JinjaFilters.Apply(filter.Name, ApplyFilters(filter.Input, captured, scope), EvaluateArguments(filter.Arguments, scope))
        : captured;

    /// <summary>Evaluates the arguments of a call, with <paramref name="caller"/> as the argument <c>caller</c> where it is given.</summary>
    public CallArguments EvaluateArguments(ArgumentList arguments, Scope scope, JinjaValue? caller = null)
    {
        List<JinjaValue> positional = EvaluateAll(arguments.Positional, scope);
        if (arguments.Unpacked is not null)
        {
            positional.AddRange(context.Collect(Evaluate(arguments.Unpacked, scope).RequireElements()));
        }

        var named = new List<KeyValuePair<string, JinjaValue>>(arguments.Named.Count);
        foreach ((string name, JinjaExpression value) in arguments.Named)
        {
            named.Add(KeyValuePair.Create(name, Evaluate(value, scope)));
        }

        if (caller is not null)
        {
            AddNamed(named, "caller", caller);
        }

        if (arguments.UnpackedNamed is not null)
        {
            Unpack(Evaluate(arguments.UnpackedNamed, scope), named);
        }

        return new CallArguments(context, positional, named);
    }

    private static void Unpack(JinjaValue mapping, List<KeyValuePair<string, JinjaValue>> named)
    {
        if (mapping is not DictionaryValue dictionary)
        {
            throw ChatTemplateException.Evaluation($"argument after ** must be a mapping, not {mapping.TypeName}");
        }

        foreach ((JinjaValue key, JinjaValue value) in dictionary.Items)
        {
            AddNamed(named, key is TextValue name ? name.Text : throw ChatTemplateException.Evaluation("keywords must be strings"), value);
        }
    }

    private static void AddNamed(List<KeyValuePair<string, JinjaValue>> named, string name, JinjaValue value)
    {
        if (named.Exists(argument => argument.Key == name))
        {
            throw ChatTemplateException.Evaluation($"got multiple values for keyword argument '{name}'");
        }

        named.Add(KeyValuePair.Create(name, value));
    }

    private List<JinjaValue> EvaluateAll(IReadOnlyList<JinjaExpression> expressions, Scope scope)
    {
        var values = new List<JinjaValue>(expressions.Count);
        foreach (JinjaExpression expression in expressions)
        {
            values.Add(Evaluate(expression, scope));
        }

        return values;
    }

    private JinjaValue ApplyFilter(Filter filter, Scope scope) =>
        JinjaFilters.Apply(filter.Name, Evaluate(filter.Input, scope), EvaluateArguments(filter.Arguments, scope));

    private JinjaValue Slice(SliceOf slice, Scope scope)
    {
        JinjaValue Bound(JinjaExpression? bound) => bound is null ? NoneValue.Instance : Evaluate(bound, scope);
        return ValueAccess.Slice(Evaluate(slice.Target, scope), Bound(slice.Start), Bound(slice.Stop), Bound(slice.Step), context);
    }

    private JinjaValue Choose(Conditional conditional, Scope scope)
    {
        if (Evaluate(conditional.Condition, scope).IsTrue)
        {
            return Evaluate(conditional.Then, scope);
        }

        return conditional.Else is null
            ? new UndefinedValue("the inline if-expression evaluated to false and no else section was defined.")
            : Evaluate(conditional.Else, scope);
    }

    private bool Compare(Comparison comparison, Scope scope)
    {
        JinjaValue left = Evaluate(comparison.First, scope);
        foreach ((string symbol, JinjaExpression operand) in comparison.Rest)
        {
            JinjaValue right = Evaluate(operand, scope);
            bool holds = symbol switch
            {
                "==" => context.Equality.Equals(left, right),
                "!=" => !context.Equality.Equals(left, right),
                "in" => PythonOperators.Contains(right, left, context),
                "not in" => !PythonOperators.Contains(right, left, context),
                _ => _order.Evaluate(symbol, left, right),
            };
            if (!holds)
            {
                return false;
            }

            left = right;
        }

        return true;
    }

    private TextValue Concatenate(Concatenation concatenation, Scope scope)
    {
        var text = new OutputBuffer(context);
        foreach (JinjaExpression part in concatenation.Parts)
        {
            Evaluate(part, scope).WriteText(text);
        }

        return new TextValue(text.ToString());
    }

    private DictionaryValue MakeDictionary(DictionaryLiteral dictionary, Scope scope)
    {
        var items = new List<KeyValuePair<JinjaValue, JinjaValue>>(dictionary.Items.Count);
        foreach ((JinjaExpression key, JinjaExpression value) in dictionary.Items)
        {
            items.Add(KeyValuePair.Create(Evaluate(key, scope), Evaluate(value, scope)));
        }

        return new DictionaryValue(context, items);
    }
}

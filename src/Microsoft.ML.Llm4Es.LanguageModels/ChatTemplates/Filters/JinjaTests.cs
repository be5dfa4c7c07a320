namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The tests behind <c>is</c>; all of Jinja's.</summary>
internal static class JinjaTests
{
    private delegate bool TestFunction(JinjaValue value, BoundArguments arguments);

    private static readonly Dictionary<string, (int Arguments, TestFunction Function)> Tests = new(StringComparer.Ordinal)
    {
        ["odd"] = (0, (value, arguments) => Remainder(value, new IntegerValue(2), arguments) == 1),
        ["even"] = (0, (value, arguments) => Remainder(value, new IntegerValue(2), arguments) == 0),
        ["divisibleby"] = (1, (value, arguments) => Remainder(value, arguments[0]!, arguments) == 0),
        ["defined"] = (0, (value, _) => value is not UndefinedValue),
        ["undefined"] = (0, (value, _) => value is UndefinedValue),
        ["filter"] = (0, (value, _) => Names(value, JinjaFilters.Exists)),
        ["test"] = (0, (value, _) => Names(value, Exists)),
        ["none"] = (0, (value, _) => value is NoneValue),
        ["boolean"] = (0, (value, _) => value is BooleanValue),
        ["true"] = (0, (value, _) => value == BooleanValue.True),
        ["false"] = (0, (value, _) => value == BooleanValue.False),
        ["integer"] = (0, (value, _) => value is IntegerValue),
        ["float"] = (0, (value, _) => value is FloatValue),
        ["number"] = (0, (value, _) => value is IntegerValue or FloatValue or BooleanValue),
        ["lower"] = (0, (value, arguments) => TextMethods.IsLower(value.ToText(arguments.Context))),
        ["upper"] = (0, (value, arguments) => TextMethods.IsUpper(value.ToText(arguments.Context))),
        ["string"] = (0, (value, _) => value is TextValue),
        ["mapping"] = (0, (value, _) => value is DictionaryValue),
        ["sequence"] = (0, (value, _) => value is TextValue or SequenceValue or DictionaryValue or RangeValue or UndefinedValue),
        ["iterable"] = (0, (value, _) => value.Elements is not null),
        ["callable"] = (0, (value, _) => value.IsCallable || value is UndefinedValue),
        ["sameas"] = (1, (value, arguments) => AreSame(value, arguments[0]!)),
        ["escaped"] = (0, (value, _) => value is TextValue { IsMarkup: true }),
        ["in"] = (1, (value, arguments) => PythonOperators.Contains(arguments[0]!, value, arguments.Context)),
        ["=="] = (1, AreEqual),
        ["eq"] = (1, AreEqual),
        ["equalto"] = (1, AreEqual),
        ["!="] = (1, (value, arguments) => !AreEqual(value, arguments)),
        ["ne"] = (1, (value, arguments) => !AreEqual(value, arguments)),
        [">"] = (1, Ordered(">")),
        ["gt"] = (1, Ordered(">")),
        ["greaterthan"] = (1, Ordered(">")),
        [">="] = (1, Ordered(">=")),
        ["ge"] = (1, Ordered(">=")),
        ["<"] = (1, Ordered("<")),
        ["lt"] = (1, Ordered("<")),
        ["lessthan"] = (1, Ordered("<")),
        ["<="] = (1, Ordered("<=")),
        ["le"] = (1, Ordered("<=")),
    };

    public static bool Exists(string name) => Tests.ContainsKey(name);

    public static bool Evaluate(string name, JinjaValue value, CallArguments arguments)
    {
        if (!Tests.TryGetValue(name, out (int Arguments, TestFunction Function) test))
        {
            throw ChatTemplateException.Evaluation($"No test named '{name}' found.");
        }

        return test.Function(value, arguments.BindPositional(name, test.Arguments, test.Arguments));
    }

    private static bool AreEqual(JinjaValue value, BoundArguments arguments) => arguments.Context.Equality.Equals(value, arguments[0]);

    // Python has a single object for each small integer and for each text of at most one character.
    private static bool AreSame(JinjaValue left, JinjaValue right) => (left, right) switch
    {
        (IntegerValue a, IntegerValue b) => a.Value == b.Value && a.Value >= -5 && a.Value <= 256,
        (TextValue a, TextValue b) => ReferenceEquals(a, b) || (a.Text == b.Text && a.Text.Length <= 1),
        _ => ReferenceEquals(left, right),
    };

    private static bool Names(JinjaValue value, Func<string, bool> exists)
    {
        PythonEquality.RequireHashable(value);
        return value is TextValue name && exists(name.Text);
    }

    private static TestFunction Ordered(string symbol) =>
        (value, arguments) => new PythonOrder(arguments.Context).Evaluate(symbol, value, arguments[0]!);

    private static double? Remainder(JinjaValue value, JinjaValue divisor, BoundArguments arguments) =>
        PythonOperators.ToDouble(PythonOperators.Arithmetic("%", value, divisor, arguments.Context));
}

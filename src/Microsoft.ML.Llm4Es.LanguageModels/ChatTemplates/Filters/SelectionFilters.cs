namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Filters that apply another filter or a test to each element; what they give is lazy, as in Jinja.</summary>
internal static class SelectionFilters
{
    public static JinjaValue Map(JinjaValue input, CallArguments arguments) => new IteratorValue(MapLazily(input, arguments));

    public static JinjaValue Select(JinjaValue input, CallArguments arguments) => new IteratorValue(SelectLazily(input, arguments, byAttribute: false, keeps: true));

    public static JinjaValue Reject(JinjaValue input, CallArguments arguments) => new IteratorValue(SelectLazily(input, arguments, byAttribute: false, keeps: false));

    public static JinjaValue SelectByAttribute(JinjaValue input, CallArguments arguments) => new IteratorValue(SelectLazily(input, arguments, byAttribute: true, keeps: true));

    public static JinjaValue RejectByAttribute(JinjaValue input, CallArguments arguments) => new IteratorValue(SelectLazily(input, arguments, byAttribute: true, keeps: false));

    private static IEnumerable<JinjaValue> MapLazily(JinjaValue input, CallArguments arguments)
    {
        if (!input.IsTrue)
        {
            yield break;
        }

        Func<JinjaValue, JinjaValue> map = Mapping(arguments);
        foreach (JinjaValue item in input.RequireElements())
        {
            arguments.Context.Spend(1);
            yield return map(item);
        }
    }

    private static Func<JinjaValue, JinjaValue> Mapping(CallArguments arguments)
    {
        if (arguments.Positional.Count == 0 && arguments.FindNamed("attribute") is { } attribute)
        {
            BoundArguments bound = arguments.Bind("map", 0, "attribute", "default");
            return AttributePath.Getter(attribute, arguments.Context, bound.OrNone(1));
        }

        string name = Name(arguments, 0, "map requires a filter argument");
        CallArguments rest = arguments.Skip(1);
        return item => JinjaFilters.Apply(name, item, rest);
    }

    private static IEnumerable<JinjaValue> SelectLazily(JinjaValue input, CallArguments arguments, bool byAttribute, bool keeps)
    {
        if (!input.IsTrue)
        {
            yield break;
        }

        if (byAttribute && arguments.Positional.Count == 0)
        {
            throw ChatTemplateException.Evaluation("Missing parameter for attribute name");
        }

        Func<JinjaValue, JinjaValue> key = AttributePath.Getter(byAttribute ? arguments.Positional[0] : null, arguments.Context);
        Func<JinjaValue, bool> test = Condition(byAttribute ? arguments.Skip(1) : arguments);
        foreach (JinjaValue item in input.RequireElements())
        {
            arguments.Context.Spend(1);
            if (test(key(item)) == keeps)
            {
                yield return item;
            }
        }
    }

    private static Func<JinjaValue, bool> Condition(CallArguments arguments)
    {
        if (arguments.Positional.Count == 0)
        {
            return item => item.IsTrue;
        }

        string name = Name(arguments, 0, "a test's name is missing");
        CallArguments rest = arguments.Skip(1);
        return item => JinjaTests.Evaluate(name, item, rest);
    }

    private static string Name(CallArguments arguments, int index, string message) =>
        index < arguments.Positional.Count && arguments.Positional[index] is TextValue name ? name.Text : throw ChatTemplateException.Evaluation(message);
}

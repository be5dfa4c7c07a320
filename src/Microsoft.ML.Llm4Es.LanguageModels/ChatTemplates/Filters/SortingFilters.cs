namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Filters that compare elements; text without regard to case unless asked.</summary>
internal static class SortingFilters
{
    public static JinjaValue Sort(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("sort", 0, "reverse", "case_sensitive", "attribute");
        Func<JinjaValue, JinjaValue>[] keys = bound.OrNone(2) is TextValue attributes
            ? [.. attributes.Text.Split(',').Select(path => Key(new TextValue(path), bound, 1))]
            : [Key(bound.OrNone(2), bound, 1)];
        List<JinjaValue> items = arguments.Context.Collect(input.RequireElements());
        return new ListValue(new PythonOrder(arguments.Context).Sort(items, item => new ListValue([.. keys.Select(key => key(item))]), bound.Flag(0)));
    }

    public static JinjaValue SortDictionary(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("dictsort", 0, "case_sensitive", "by", "reverse");
        int position = bound.Text(1, "key") switch
        {
            "key" => 0,
            "value" => 1,
            _ => throw ChatTemplateException.Evaluation("You can only sort by either \"key\" or \"value\""),
        };
        if (input is not DictionaryValue dictionary)
        {
            throw ChatTemplateException.Evaluation($"the filter dictsort needs a dict, not {input.TypeName}");
        }

        List<JinjaValue> pairs = arguments.Context.Collect(dictionary.Items.Select(item => new TupleValue([item.Key, item.Value])));
        Func<JinjaValue, JinjaValue> fold = CaseFolding(bound.Flag(0));
        return new ListValue(new PythonOrder(arguments.Context).Sort(pairs, pair => fold(((TupleValue)pair).Items[position]), bound.Flag(2)));
    }

    public static JinjaValue Unique(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("unique", 0, "case_sensitive", "attribute");
        return new IteratorValue(UniqueLazily(input, Key(bound.OrNone(1), bound, 0), arguments.Context));
    }

    public static JinjaValue Minimum(JinjaValue input, CallArguments arguments) => Extreme(input, arguments, "min", "<");

    public static JinjaValue Maximum(JinjaValue input, CallArguments arguments) => Extreme(input, arguments, "max", ">");

    public static JinjaValue GroupBy(JinjaValue input, CallArguments arguments)
    {
        RenderContext context = arguments.Context;
        BoundArguments bound = arguments.Bind("groupby", 1, "attribute", "default", "case_sensitive");
        Func<JinjaValue, JinjaValue> exact = AttributePath.Getter(bound[0], context, bound.OrNone(1));
        Func<JinjaValue, JinjaValue> fold = CaseFolding(bound.Flag(2));
        var groups = new List<(JinjaValue Key, List<JinjaValue> Items)>();
        List<JinjaValue> items = context.Collect(input.RequireElements());
        foreach (JinjaValue item in new PythonOrder(context).Sort(items, item => fold(exact(item))))
        {
            JinjaValue key = fold(exact(item));
            if (groups.Count == 0 || !context.Equality.Equals(groups[^1].Key, key))
            {
                groups.Add((key, []));
            }

            groups[^1].Items.Add(item);
        }

        return new ListValue([.. groups.Select(group => new TupleValue([exact(group.Items[0]), new ListValue(group.Items)], isGroup: true))]);
    }

    private static IEnumerable<JinjaValue> UniqueLazily(JinjaValue input, Func<JinjaValue, JinjaValue> key, RenderContext context)
    {
        var seen = new HashSet<JinjaValue>(context.Equality);
        foreach (JinjaValue item in input.RequireElements())
        {
            if (seen.Add(key(item)))
            {
                yield return item;
            }
        }
    }

    private static JinjaValue Extreme(JinjaValue input, CallArguments arguments, string filter, string symbol)
    {
        BoundArguments bound = arguments.Bind(filter, 0, "case_sensitive", "attribute");
        Func<JinjaValue, JinjaValue> key = Key(bound.OrNone(1), bound, 0);
        var order = new PythonOrder(arguments.Context);
        JinjaValue? extreme = null;
        foreach (JinjaValue item in input.RequireElements())
        {
            if (extreme is null || order.Evaluate(symbol, key(item), key(extreme)))
            {
                extreme = item;
            }
        }

        return extreme ?? new UndefinedValue("No aggregated item, sequence was empty.");
    }

    private static Func<JinjaValue, JinjaValue> Key(JinjaValue? attribute, BoundArguments bound, int caseSensitive)
    {
        Func<JinjaValue, JinjaValue> getter = AttributePath.Getter(attribute, bound.Context);
        Func<JinjaValue, JinjaValue> fold = CaseFolding(bound.Flag(caseSensitive));
        return item => fold(getter(item));
    }

    private static Func<JinjaValue, JinjaValue> CaseFolding(bool isCaseSensitive) =>
        value => !isCaseSensitive && value is TextValue text ? new TextValue(CaseMapping.ToLower(text.Text)) : value;
}

using System.Numerics;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The functions that every template sees: Jinja's own and those that transformers adds.</summary>
internal static class JinjaGlobals
{
    // Jinja's sandbox refuses longer ranges.
    private const int MaxRange = 100_000;

    public static Scope Create(RenderContext context)
    {
        var scope = new Scope(null);
        Add(scope, "raise_exception", RaiseException);
        Add(scope, "strftime_now", arguments => FormatNow(arguments, context.Now));
        Add(scope, "range", MakeRange);
        Add(scope, "dict", MakeDictionary);
        Add(scope, "namespace", MakeNamespace);
        Add(scope, "cycler", MakeCycler);
        Add(scope, "joiner", arguments => new JoinerValue(arguments.Bind("joiner", 0, "sep")[0] ?? new TextValue(", ")));
        return scope;
    }

    private static void Add(Scope scope, string name, Func<CallArguments, JinjaValue> function) => scope.Set(name, new FunctionValue(name, function));

    private static JinjaValue RaiseException(CallArguments arguments)
    {
        JinjaValue message = arguments.Bind("raise_exception", 1, "message")[0]!;
        throw new ChatTemplateException(ChatTemplateError.Raised, message.ToText(arguments.Context));
    }

    private static TextValue FormatNow(CallArguments arguments, DateTime now)
    {
        string format = arguments.Bind("strftime_now", 1, "format").Text(0);

        // A directive of two characters writes at most some thirty.
        arguments.Context.SpendText(format.Length * 15L);
        return new TextValue(TimeFormat.Format(now, format));
    }

    private static RangeValue MakeRange(CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("range", 1, 3);
        BigInteger Read(int index) => PythonOperators.ToInteger(bound[index]!)
            ?? throw ChatTemplateException.Evaluation($"'{bound[index]!.TypeName}' object cannot be interpreted as an integer");
        BigInteger start = bound[1] is null ? 0 : Read(0);
        BigInteger stop = bound[1] is null ? Read(0) : Read(1);
        BigInteger step = bound[2] is null ? 1 : Read(2);
        if (step.IsZero)
        {
            throw ChatTemplateException.Evaluation("range() arg 3 must not be zero");
        }

        BigInteger distance = step.Sign > 0 ? stop - start : start - stop;
        BigInteger count = distance.Sign <= 0 ? 0 : ((distance - 1) / BigInteger.Abs(step)) + 1;
        return count <= MaxRange
            ? new RangeValue(start, stop, step, (int)count)
            : throw ChatTemplateException.Limit($"Range too big. The sandbox blocks ranges larger than {MaxRange}.");
    }

    private static DictionaryValue MakeDictionary(CallArguments arguments) => new(arguments.Context, Pairs(arguments, "dict"));

    private static NamespaceValue MakeNamespace(CallArguments arguments)
    {
        var space = new NamespaceValue();
        foreach ((JinjaValue key, JinjaValue value) in Pairs(arguments, "namespace"))
        {
            space.Set(key.ToText(arguments.Context), value);
        }

        return space;
    }

    private static CyclerValue MakeCycler(CallArguments arguments) => arguments is { Positional.Count: > 0, Named.Count: 0 }
        ? new CyclerValue(arguments.Positional)
        : throw ChatTemplateException.Evaluation("at least one item has to be provided");

    /// <summary>What Python's <c>dict</c> makes of its arguments: those of a mapping or of an iterable of pairs, then the named ones.</summary>
    private static IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> Pairs(CallArguments arguments, string function)
    {
        if (arguments.Positional.Count > 1)
        {
            throw ChatTemplateException.Evaluation($"{function} expected at most 1 argument, got {arguments.Positional.Count}");
        }

        JinjaValue? first = arguments.Positional.Count == 0 ? null : arguments.Positional[0];
        IEnumerable<KeyValuePair<JinjaValue, JinjaValue>> pairs = first switch
        {
            null => [],
            DictionaryValue dictionary => dictionary.Items,
            _ => first.RequireElements().Select(ToPair),
        };
        return pairs.Concat(arguments.Named.Select(item => KeyValuePair.Create<JinjaValue, JinjaValue>(new TextValue(item.Key), item.Value)));
    }

    private static KeyValuePair<JinjaValue, JinjaValue> ToPair(JinjaValue item) => item.RequireElements().Take(3).ToArray() is [var key, var value]
        ? KeyValuePair.Create(key, value)
        : throw ChatTemplateException.Evaluation("dictionary update sequence element does not have the length 2");
}

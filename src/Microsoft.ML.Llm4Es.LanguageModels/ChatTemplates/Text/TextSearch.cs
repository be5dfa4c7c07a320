using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The methods of Python's str that look for a text in another.</summary>
internal static class TextSearch
{
    public static IntegerValue Find(TextValue self, CallArguments arguments) => new(Position(self, arguments, "find", fromEnd: false));

    public static IntegerValue FindLast(TextValue self, CallArguments arguments) => new(Position(self, arguments, "rfind", fromEnd: true));

    public static IntegerValue Index(TextValue self, CallArguments arguments) => Found(Position(self, arguments, "index", fromEnd: false));

    public static IntegerValue IndexLast(TextValue self, CallArguments arguments) => Found(Position(self, arguments, "rindex", fromEnd: true));

    public static IntegerValue Count(TextValue self, CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("count", 1, 3);
        return Range(self.Text, bound) is var (part, _)
            ? new IntegerValue(Occurrences(part, bound.Text(0)))
            : new IntegerValue(0);
    }

    public static BooleanValue StartsWith(TextValue self, CallArguments arguments) =>
        HasAffix(self, arguments.BindPositional("startswith", 1, 3), (part, affix) => part.StartsWith(affix, StringComparison.Ordinal));

    public static BooleanValue EndsWith(TextValue self, CallArguments arguments) =>
        HasAffix(self, arguments.BindPositional("endswith", 1, 3), (part, affix) => part.EndsWith(affix, StringComparison.Ordinal));

    public static TupleValue Partition(TextValue self, CallArguments arguments)
    {
        string separator = Separator(arguments.BindPositional("partition", 1, 1));
        int at = self.Text.IndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? Parts(self, self.Text, "", "") : Parts(self, self.Text[..at], separator, self.Text[(at + separator.Length)..]);
    }

    public static TupleValue PartitionLast(TextValue self, CallArguments arguments)
    {
        string separator = Separator(arguments.BindPositional("rpartition", 1, 1));
        int at = self.Text.LastIndexOf(separator, StringComparison.Ordinal);
        return at < 0 ? Parts(self, "", "", self.Text) : Parts(self, self.Text[..at], separator, self.Text[(at + separator.Length)..]);
    }

    public static TextValue Replace(TextValue self, CallArguments arguments)
    {
        BoundArguments bound = arguments.BindPositional("replace", 2, 3);
        string replacement = self.IsMarkup ? Html.Escape(bound[1]!, arguments.Context).Text : bound.Text(1);
        return self.WithText(Replace(self.Text, bound.Text(0), replacement, bound.Integer(2, -1), arguments.Context));
    }

    /// <summary>Replaces the first <paramref name="count"/> occurrences, all of them where it is negative; an empty text occurs around each character.</summary>
    public static string Replace(string text, string old, string replacement, int count, RenderContext context)
    {
        int occurrences = Occurrences(text, old);
        if (count >= 0)
        {
            occurrences = Math.Min(occurrences, count);
        }

        context.SpendText(text.Length + ((long)occurrences * (replacement.Length - old.Length)));
        if (old.Length == 0)
        {
            return Intersperse(text, replacement, occurrences);
        }

        var result = new StringBuilder();
        int start = 0;
        while (occurrences-- > 0)
        {
            int at = text.IndexOf(old, start, StringComparison.Ordinal);
            result.Append(text, start, at - start).Append(replacement);
            start = at + old.Length;
        }

        return result.Append(text, start, text.Length - start).ToString();
    }

    private static string Intersperse(string text, string replacement, int count)
    {
        var result = new StringBuilder();
        foreach (string character in CodePoints.Enumerate(text))
        {
            result.Append(count-- > 0 ? replacement : "").Append(character);
        }

        return result.Append(count > 0 ? replacement : "").ToString();
    }

    private static int Occurrences(string text, string part)
    {
        if (part.Length == 0)
        {
            return CodePoints.Count(text) + 1;
        }

        return text.AsSpan().Count(part);
    }

    private static int Position(TextValue self, CallArguments arguments, string method, bool fromEnd)
    {
        BoundArguments bound = arguments.BindPositional(method, 1, 3);
        string sought = bound.Text(0);
        if (Range(self.Text, bound) is not var (part, start))
        {
            return -1;
        }

        int at = fromEnd ? part.LastIndexOf(sought, StringComparison.Ordinal) : part.IndexOf(sought, StringComparison.Ordinal);
        return at < 0 ? -1 : start + CodePoints.Count(part[..at]);
    }

    private static IntegerValue Found(int position) =>
        position < 0 ? throw ChatTemplateException.Evaluation("substring not found") : new IntegerValue(position);

    private static BooleanValue HasAffix(TextValue self, BoundArguments arguments, Func<string, string, bool> test)
    {
        if (Range(self.Text, arguments) is not var (part, _))
        {
            return BooleanValue.False;
        }

        return arguments[0] is TupleValue affixes
            ? BooleanValue.Of(affixes.Items.Any(affix => test(part, affix is TextValue text ? text.Text : throw NotText(affix))))
            : BooleanValue.Of(test(part, arguments.Text(0)));
    }

    private static ChatTemplateException NotText(JinjaValue affix) =>
        ChatTemplateException.Evaluation($"tuple for startswith or endswith must only contain str, not {affix.TypeName}");

    /// <summary>The part of the text that the second and third argument select, and where it starts; null where the start is beyond the end.</summary>
    private static (string Part, int Start)? Range(string text, BoundArguments arguments)
    {
        if (arguments.OrNone(1) is null && arguments.OrNone(2) is null)
        {
            return (text, 0);
        }

        int length = CodePoints.Count(text);
        int FromEnd(int index) => index < 0 ? Math.Max(index + length, 0) : index;
        int start = arguments.OrNone(1) is null ? 0 : FromEnd(arguments.Integer(1));
        int stop = arguments.OrNone(2) is null ? length : Math.Min(FromEnd(arguments.Integer(2)), length);
        return start > stop ? null : (CodePoints.Substring(text, start, stop), start);
    }

    private static string Separator(BoundArguments arguments) =>
        arguments.Text(0) is { Length: > 0 } separator ? separator : throw ChatTemplateException.Evaluation("empty separator");

    private static TupleValue Parts(TextValue self, params IEnumerable<string> parts) => new([.. parts.Select(self.WithText)]);
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The methods of Python's str that cut a text into a list.</summary>
internal static class TextSplit
{
    public static ListValue Split(TextValue self, CallArguments arguments)
    {
        (string? separator, int count) = Read(arguments, "split");
        return ToList(self, separator is null ? SplitAtSpace(self.Text, count) : SplitAt(self.Text, separator, count), arguments);
    }

    public static ListValue SplitFromEnd(TextValue self, CallArguments arguments)
    {
        (string? separator, int count) = Read(arguments, "rsplit");
        return ToList(self, SplitFromEnd(self.Text, separator, count), arguments);
    }

    public static ListValue SplitLines(TextValue self, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("splitlines", 0, "keepends");
        return ToList(self, PythonSpace.SplitLines(self.Text, bound.Flag(0)), arguments);
    }

    /// <summary>Splits at most <paramref name="count"/> times, starting from the end of the text, at the separator or at white space where it is null.</summary>
    public static List<string> SplitFromEnd(string text, string? separator, int count)
    {
        if (separator is null)
        {
            return SplitAtSpaceFromEnd(text, count);
        }

        var parts = new List<string>();
        int end = text.Length;
        while (count-- > 0 && end >= separator.Length)
        {
            int at = text.AsSpan(0, end).LastIndexOf(separator, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            parts.Add(text[(at + separator.Length)..end]);
            end = at;
        }

        parts.Add(text[..end]);
        parts.Reverse();
        return parts;
    }

    private static (string? Separator, int Count) Read(CallArguments arguments, string method)
    {
        BoundArguments bound = arguments.Bind(method, 0, "sep", "maxsplit");
        string? separator = bound.OrNone(0) is null ? null : bound.Text(0);
        if (separator is "")
        {
            throw ChatTemplateException.Evaluation("empty separator");
        }

        int count = bound.Integer(1, -1);
        return (separator, count < 0 ? int.MaxValue : count);
    }

    private static ListValue ToList(TextValue self, List<string> parts, CallArguments arguments) =>
        new(arguments.Context.Collect(parts.Select(self.WithText)));

    private static List<string> SplitAt(string text, string separator, int count)
    {
        var parts = new List<string>();
        int start = 0;
        while (count-- > 0)
        {
            int at = text.IndexOf(separator, start, StringComparison.Ordinal);
            if (at < 0)
            {
                break;
            }

            parts.Add(text[start..at]);
            start = at + separator.Length;
        }

        parts.Add(text[start..]);
        return parts;
    }

    private static List<string> SplitAtSpace(string text, int count)
    {
        var parts = new List<string>();
        string rest = PythonSpace.TrimStart(text);
        int start = text.Length - rest.Length;
        while (start < text.Length)
        {
            int end = start;
            while (end < text.Length && !PythonSpace.IsSpace(text[end]))
            {
                end++;
            }

            if (count-- <= 0)
            {
                parts.Add(text[start..]);
                break;
            }

            parts.Add(text[start..end]);
            start = end;
            while (start < text.Length && PythonSpace.IsSpace(text[start]))
            {
                start++;
            }
        }

        return parts;
    }

    private static List<string> SplitAtSpaceFromEnd(string text, int count)
    {
        var parts = new List<string>();
        int end = PythonSpace.TrimEnd(text).Length;
        while (end > 0)
        {
            int start = end;
            while (start > 0 && !PythonSpace.IsSpace(text[start - 1]))
            {
                start--;
            }

            if (count-- <= 0)
            {
                parts.Add(text[..end]);
                break;
            }

            parts.Add(text[start..end]);
            end = start;
            while (end > 0 && PythonSpace.IsSpace(text[end - 1]))
            {
                end--;
            }
        }

        parts.Reverse();
        return parts;
    }
}

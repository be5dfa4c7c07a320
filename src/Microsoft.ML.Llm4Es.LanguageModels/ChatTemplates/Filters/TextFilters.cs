using System.Buffers;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Filters on text; a value of another type is turned into text first, except where noted.</summary>
internal static class TextFilters
{
    private static readonly SearchValues<char> NotInAttributeNames = SearchValues.Create(" \t\n\r\f\v/>=");

    public static JinjaValue Capitalize(JinjaValue input, CallArguments arguments) => Map(input, arguments, "capitalize", CaseMapping.Capitalize);

    public static JinjaValue Lower(JinjaValue input, CallArguments arguments) => Map(input, arguments, "lower", CaseMapping.ToLower);

    public static JinjaValue Upper(JinjaValue input, CallArguments arguments) => Map(input, arguments, "upper", CaseMapping.ToUpper);

    public static JinjaValue Title(JinjaValue input, CallArguments arguments) => Map(input, arguments, "title", ToTitle);

    public static JinjaValue String(JinjaValue input, CallArguments arguments) => Map(input, arguments, "string", text => text);

    public static JinjaValue Safe(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("safe", 0);
        return new TextValue(input.ToText(arguments.Context), isMarkup: true);
    }

    public static JinjaValue Escape(JinjaValue input, CallArguments arguments)
    {
        arguments.BindPositional("escape", 0, 0);
        return Html.Escape(input, arguments.Context);
    }

    public static JinjaValue ForceEscape(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("forceescape", 0);
        return new TextValue(Html.Escape(input.ToText(arguments.Context)), isMarkup: true);
    }

    public static JinjaValue StripTags(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("striptags", 0);
        return new TextValue(Html.StripTags(input.ToText(arguments.Context)));
    }

    public static JinjaValue Trim(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("trim", 0, "chars");
        TextValue text = ToText(input, arguments.Context);
        return text.WithText(TextMethods.Strip(text.Text, bound.OrNone(0) is null ? null : bound.Text(0)));
    }

    public static JinjaValue Center(JinjaValue input, CallArguments arguments)
    {
        int width = arguments.Bind("center", 0, "width").Integer(0, 80);
        TextValue text = ToText(input, arguments.Context);
        return text.WithText(TextMethods.Justify(text.Text, width, " ", TextMethods.CenterPadding, arguments.Context));
    }

    public static JinjaValue Replace(JinjaValue input, CallArguments arguments)
    {
        RenderContext context = arguments.Context;
        BoundArguments bound = arguments.Bind("replace", 2, "old", "new", "count");
        int count = bound.OrNone(2) is null ? -1 : bound.Integer(2);
        return new TextValue(TextSearch.Replace(input.ToText(context), bound[0]!.ToText(context), bound[1]!.ToText(context), count, context));
    }

    public static JinjaValue Format(JinjaValue input, CallArguments arguments)
    {
        if (arguments.Positional.Count > 0 && arguments.Named.Count > 0)
        {
            throw ChatTemplateException.Evaluation("can't handle positional and keyword arguments at the same time");
        }

        JinjaValue values = arguments.Named.Count == 0
            ? new TupleValue(arguments.Positional)
            : new DictionaryValue(arguments.Context, arguments.Named.Select(item => KeyValuePair.Create<JinjaValue, JinjaValue>(new TextValue(item.Key), item.Value)));
        return PercentFormat.Format(ToText(input, arguments.Context), values, arguments.Context);
    }

    public static JinjaValue Indent(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("indent", 0, "width", "first", "blank");
        TextValue text = RequireText(input, "indent");
        int width = bound[0] is TextValue ? 0 : Math.Max(bound.Integer(0, 4), 0);
        arguments.Context.SpendText(width);
        string indentation = bound[0] is TextValue prefix ? prefix.Text : new string(' ', width);
        List<string> lines = PythonSpace.SplitLines(text.Text + "\n", keepEnds: false);
        var output = new OutputBuffer(arguments.Context);
        for (int i = 0; i < lines.Count; i++)
        {
            bool isIndented = i == 0 ? bound.Flag(1) : bound.Flag(2) || lines[i].Length > 0;
            output.Append(i == 0 ? "" : "\n").Append(isIndented ? indentation : "").Append(lines[i]);
        }

        return text.WithText(output.ToString());
    }

    public static JinjaValue Truncate(JinjaValue input, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("truncate", 0, "length", "killwords", "end", "leeway");
        int length = bound.Integer(0, 255);
        string end = bound.Text(2, "...");
        int leeway = bound.OrNone(3) is null ? 5 : bound.Integer(3);
        int kept = length - CodePoints.Count(end);
        if (kept < 0 || leeway < 0)
        {
            throw ChatTemplateException.Evaluation($"truncate needs a length of at least {CodePoints.Count(end)} and no negative leeway, got {length} and {leeway}");
        }

        if (input.RequireLength() <= length + leeway)
        {
            return input;
        }

        TextValue text = RequireText(input, "truncate");
        arguments.Context.SpendText(text.Text.Length);
        string start = CodePoints.Substring(text.Text, 0, kept);
        return text.WithText((bound.Flag(1) ? start : TextSplit.SplitFromEnd(start, " ", 1)[0]) + end);
    }

    public static JinjaValue WordCount(JinjaValue input, CallArguments arguments)
    {
        arguments.Bind("wordcount", 0);
        int words = 0;
        bool inWord = false;
        foreach (Rune character in input.ToText(arguments.Context).EnumerateRunes())
        {
            bool isWord = character.Value == '_' || TextMethods.IsAlphanumeric(character);
            words += isWord && !inWord ? 1 : 0;
            inWord = isWord;
        }

        return new IntegerValue(words);
    }

    public static JinjaValue UrlEncode(JinjaValue input, CallArguments arguments)
    {
        RenderContext context = arguments.Context;
        arguments.Bind("urlencode", 0);
        if (input is TextValue || input.Elements is null)
        {
            return new TextValue(Quote(input.ToText(context), isQuery: false));
        }

        IEnumerable<JinjaValue> pairs = input is DictionaryValue dictionary
            ? dictionary.Items.Select(item => new TupleValue([item.Key, item.Value]))
            : input.Elements;
        return new TextValue(string.Join('&', context.Collect(pairs).Select(pair => pair.RequireElements().Take(3).ToArray() is [var key, var value]
            ? $"{Quote(key.ToText(context), isQuery: true)}={Quote(value.ToText(context), isQuery: true)}"
            : throw ChatTemplateException.Evaluation("urlencode needs text, a dict or pairs"))));
    }

    public static JinjaValue XmlAttributes(JinjaValue input, CallArguments arguments)
    {
        RenderContext context = arguments.Context;
        BoundArguments bound = arguments.Bind("xmlattr", 0, "autospace");
        if (input is not DictionaryValue dictionary)
        {
            throw ChatTemplateException.Evaluation($"the filter xmlattr needs a dict, not {input.TypeName}");
        }

        var attributes = new List<string>();
        foreach ((JinjaValue key, JinjaValue value) in dictionary.Items.Where(item => item.Value is not (NoneValue or UndefinedValue)))
        {
            if (key is not TextValue name || name.Text.AsSpan().ContainsAny(NotInAttributeNames))
            {
                throw ChatTemplateException.Evaluation($"Invalid character in attribute name: {key.ToRepresentation(context)}");
            }

            attributes.Add($"{Html.Escape(key, context).Text}=\"{Html.Escape(value, context).Text}\"");
        }

        bool startsWithSpace = attributes.Count > 0 && (bound[0] is null || bound.Flag(0));
        return new TextValue((startsWithSpace ? " " : "") + string.Join(' ', attributes));
    }

    private static TextValue Map(JinjaValue input, CallArguments arguments, string filter, Func<string, string> map)
    {
        arguments.Bind(filter, 0);
        TextValue text = ToText(input, arguments.Context);
        arguments.Context.SpendText(text.Text.Length);
        return text.WithText(map(text.Text));
    }

    private static TextValue ToText(JinjaValue input, RenderContext context) => input as TextValue ?? new TextValue(input.ToText(context));

    private static TextValue RequireText(JinjaValue input, string filter)
    {
        input.ThrowIfUndefined();
        return input as TextValue ?? throw ChatTemplateException.Evaluation($"the filter {filter} needs text, not {input.TypeName}");
    }

    // Jinja's own idea of a title, unlike that of str: a word starts after white space or one of - ( { [ <.
    private static string ToTitle(string text)
    {
        var title = new StringBuilder(text.Length);
        int start = 0;
        for (int end = 1; end <= text.Length; end++)
        {
            if (end == text.Length || IsWordBreak(text[end]) != IsWordBreak(text[start]))
            {
                string word = text[start..end];
                string first = CodePoints.CharacterAt(word, 0);
                title.Append(CaseMapping.ToUpper(first)).Append(CaseMapping.ToLower(word[first.Length..]));
                start = end;
            }
        }

        return title.ToString();
    }

    private static bool IsWordBreak(char c) => PythonSpace.IsSpace(c) || c is '-' or '(' or '{' or '[' or '<';

    private static string Quote(string text, bool isQuery)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (byte b in Encoding.UTF8.GetBytes(text))
        {
            char c = (char)b;
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-' or '~' || (c == '/' && !isQuery))
            {
                quoted.Append(c);
            }
            else
            {
                quoted.Append(isQuery && c == ' ' ? "+" : $"%{b:X2}");
            }
        }

        return quoted.ToString();
    }
}

using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The methods of Python's str that templates can call; those that search and split are in <see cref="TextSearch"/>.</summary>
internal static class TextMethods
{
    private delegate JinjaValue Method(TextValue self, CallArguments arguments);

    private static readonly Dictionary<string, Method> Methods = new(StringComparer.Ordinal)
    {
        ["capitalize"] = Mapped("capitalize", CaseMapping.Capitalize),
        ["casefold"] = Mapped("casefold", CaseMapping.Fold),
        ["center"] = (self, arguments) => Justify(self, arguments.BindPositional("center", 1, 2), CenterPadding),
        ["count"] = TextSearch.Count,
        ["endswith"] = TextSearch.EndsWith,
        ["expandtabs"] = ExpandTabs,
        ["find"] = TextSearch.Find,
        ["format"] = (self, arguments) => self.WithText(FormatMethod.Format(self, arguments)),
        ["format_map"] = (self, arguments) => self.WithText(FormatMethod.FormatMap(self, arguments)),
        ["index"] = TextSearch.Index,
        ["isalnum"] = Tested("isalnum", text => CodePoints.All(text, IsAlphanumeric)),
        ["isalpha"] = Tested("isalpha", text => CodePoints.All(text, Rune.IsLetter)),
        ["isascii"] = Tested("isascii", text => Ascii.IsValid(text)),
        ["isdecimal"] = Tested("isdecimal", text => CodePoints.All(text, Rune.IsDigit)),
        ["isdigit"] = Tested("isdigit", text => CodePoints.All(text, IsDigit)),
        ["isidentifier"] = Tested("isidentifier", IsIdentifier),
        ["islower"] = Tested("islower", IsLower),
        ["isnumeric"] = Tested("isnumeric", text => CodePoints.All(text, IsNumeric)),
        ["isprintable"] = Tested("isprintable", text => text.Length == 0 || CodePoints.All(text, IsPrintable)),
        ["isspace"] = Tested("isspace", text => PythonSpace.IsSpace(text)),
        ["istitle"] = Tested("istitle", text => text.Any(char.IsLetter) && CaseMapping.ToTitle(text) == text),
        ["isupper"] = Tested("isupper", IsUpper),
        ["join"] = Join,
        ["ljust"] = (self, arguments) => Justify(self, arguments.BindPositional("ljust", 1, 2), (_, _) => 0),
        ["lower"] = Mapped("lower", CaseMapping.ToLower),
        ["lstrip"] = (self, arguments) => Strip(self, arguments.BindPositional("lstrip", 0, 1), atStart: true, atEnd: false),
        ["partition"] = TextSearch.Partition,
        ["removeprefix"] = RemovePrefix,
        ["removesuffix"] = RemoveSuffix,
        ["replace"] = TextSearch.Replace,
        ["rfind"] = TextSearch.FindLast,
        ["rindex"] = TextSearch.IndexLast,
        ["rjust"] = (self, arguments) => Justify(self, arguments.BindPositional("rjust", 1, 2), (padding, _) => padding),
        ["rpartition"] = TextSearch.PartitionLast,
        ["rsplit"] = TextSplit.SplitFromEnd,
        ["rstrip"] = (self, arguments) => Strip(self, arguments.BindPositional("rstrip", 0, 1), atStart: false, atEnd: true),
        ["split"] = TextSplit.Split,
        ["splitlines"] = TextSplit.SplitLines,
        ["startswith"] = TextSearch.StartsWith,
        ["strip"] = (self, arguments) => Strip(self, arguments.BindPositional("strip", 0, 1), atStart: true, atEnd: true),
        ["swapcase"] = Mapped("swapcase", CaseMapping.SwapCase),
        ["title"] = Mapped("title", CaseMapping.ToTitle),
        ["upper"] = Mapped("upper", CaseMapping.ToUpper),
        ["zfill"] = ZeroFill,
    };

    /// <summary>Provides a method bound to a text; null where str has none of that name.</summary>
    public static FunctionValue? Find(TextValue self, string name) => Methods.TryGetValue(name, out Method? method)
        ? new FunctionValue(name, arguments =>
        {
            arguments.Context.SpendText(self.Text.Length);
            return method(self, arguments);
        })
        : null;

    /// <summary>Python's <c>str.strip</c>: of white space, or of the characters in <paramref name="characters"/>.</summary>
    public static string Strip(string text, string? characters, bool atStart = true, bool atEnd = true)
    {
        HashSet<string>? set = characters is null ? null : [.. CodePoints.Enumerate(characters)];
        bool Drops(string character) => set?.Contains(character) ?? PythonSpace.IsSpace(character);

        int start = 0;
        int end = text.Length;
        while (atStart && start < end && CodePoints.CharacterAt(text, start) is { } first && Drops(first))
        {
            start += first.Length;
        }

        while (atEnd && start < end && CodePoints.CharacterBefore(text, end) is { } last && Drops(last))
        {
            end -= last.Length;
        }

        return text[start..end];
    }

    public static bool IsAlphanumeric(Rune character) => Rune.IsLetter(character) || IsNumeric(character);

    /// <summary>Python's <c>str.center</c>: of an odd padding, the larger half goes to the left where the width is odd.</summary>
    public static int CenterPadding(int padding, int width) => (padding / 2) + (padding & width & 1);

    private static Method Mapped(string name, Func<string, string> map) => (self, arguments) =>
    {
        arguments.BindPositional(name, 0, 0);
        return self.WithText(map(self.Text));
    };

    private static Method Tested(string name, Func<string, bool> test) => (self, arguments) =>
    {
        arguments.BindPositional(name, 0, 0);
        return BooleanValue.Of(test(self.Text));
    };

    private static TextValue Strip(TextValue self, BoundArguments arguments, bool atStart, bool atEnd) =>
        self.WithText(Strip(self.Text, arguments.OrNone(0) is null ? null : arguments.Text(0), atStart, atEnd));

    private static TextValue Justify(TextValue self, BoundArguments arguments, Func<int, int, int> paddingBefore)
    {
        int width = arguments.Integer(0);
        string fill = self.IsMarkup ? Html.Escape(arguments.Text(1, " ")) : arguments.Text(1, " ");
        if (CodePoints.Count(fill) != 1)
        {
            throw ChatTemplateException.Evaluation("The fill character must be exactly one character long");
        }

        return self.WithText(Justify(self.Text, width, fill, paddingBefore, arguments.Context));
    }

    public static string Justify(string text, int width, string fill, Func<int, int, int> paddingBefore, RenderContext context)
    {
        int padding = width - CodePoints.Count(text);
        if (padding <= 0)
        {
            return text;
        }

        context.SpendText(text.Length + ((long)padding * fill.Length));
        int before = paddingBefore(padding, width);
        return string.Concat(Repeat(fill, before), text, Repeat(fill, padding - before));
    }

    private static string Repeat(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    private static TextValue ExpandTabs(TextValue self, CallArguments arguments)
    {
        BoundArguments bound = arguments.Bind("expandtabs", 0, "tabsize");
        int size = bound.Integer(0, 8);
        var output = new OutputBuffer(arguments.Context);
        int column = 0;
        foreach (string character in CodePoints.Enumerate(self.Text))
        {
            if (character == "\t")
            {
                int spaces = size <= 0 ? 0 : size - (column % size);
                arguments.Context.SpendText(spaces);
                output.Append(new string(' ', spaces));
                column += spaces;
            }
            else
            {
                output.Append(character);
                column = character is "\n" or "\r" ? 0 : column + 1;
            }
        }

        return self.WithText(output.ToString());
    }

    private static TextValue Join(TextValue self, CallArguments arguments)
    {
        JinjaValue items = arguments.BindPositional("join", 1, 1)[0]!;
        var output = new OutputBuffer(arguments.Context);
        int count = 0;
        foreach (JinjaValue item in items.RequireElements())
        {
            if (!self.IsMarkup && item is not TextValue)
            {
                throw ChatTemplateException.Evaluation($"sequence item {count}: expected str instance, {item.TypeName} found");
            }

            output.Append(count++ == 0 ? "" : self.Text);
            output.Append(self.IsMarkup ? Html.Escape(item, arguments.Context).Text : ((TextValue)item).Text);
        }

        return self.WithText(output.ToString());
    }

    private static TextValue RemovePrefix(TextValue self, CallArguments arguments)
    {
        string prefix = arguments.BindPositional("removeprefix", 1, 1).Text(0);
        return self.Text.StartsWith(prefix, StringComparison.Ordinal) ? self.WithText(self.Text[prefix.Length..]) : self;
    }

    private static TextValue RemoveSuffix(TextValue self, CallArguments arguments)
    {
        string suffix = arguments.BindPositional("removesuffix", 1, 1).Text(0);
        return self.Text.EndsWith(suffix, StringComparison.Ordinal) ? self.WithText(self.Text[..^suffix.Length]) : self;
    }

    private static TextValue ZeroFill(TextValue self, CallArguments arguments)
    {
        int width = arguments.BindPositional("zfill", 1, 1).Integer(0);
        string sign = self.Text.StartsWith('-') || self.Text.StartsWith('+') ? self.Text[..1] : "";
        return self.WithText(sign + Justify(self.Text[sign.Length..], width - sign.Length, "0", (padding, _) => padding, arguments.Context));
    }

    private static bool IsDigit(Rune character) =>
        Rune.IsDigit(character) || System.Globalization.CharUnicodeInfo.GetDigitValue(character.ToString(), 0) >= 0;

    private static bool IsNumeric(Rune character) => Rune.IsNumber(character) || Rune.GetNumericValue(character) >= 0;

    private static bool IsPrintable(Rune character) => character.Value == ' ' || PythonQuoting.IsPrintable(Rune.GetUnicodeCategory(character));

    private static bool IsIdentifier(string text) =>
        CodePoints.All(text, character => character.Value == '_' || Rune.IsLetterOrDigit(character)) && !Rune.IsDigit(Rune.GetRuneAt(text, 0));

    public static bool IsLower(string text) => text.EnumerateRunes().Any(CaseMapping.IsLower) && !text.EnumerateRunes().Any(CaseMapping.IsUpper);

    public static bool IsUpper(string text) => text.EnumerateRunes().Any(CaseMapping.IsUpper) && !text.EnumerateRunes().Any(CaseMapping.IsLower);
}

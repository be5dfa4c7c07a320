using System.Buffers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The <c>pre_tokenizer</c> of a tokenizer.json: cuts a text into the pieces that no token spans.</summary>
internal sealed class PreTokenizer
{
    /// <summary>The pattern of GPT-2, which <c>ByteLevel</c> stands for: contractions, and words, numbers and signs, each with the blank before it.</summary>
    public const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of Llama 3: words with the sign or blank before them, digits in groups of up to three, signs with the line ends after them.</summary>
    public const string Llama3Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>The pattern of Qwen 2 and 3: that of Llama 3, but each digit by itself.</summary>
    public const string Qwen2Pattern =
        @"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    /// <summary>Values with the separator before them, a comma with a blank or a line end; a backslash takes what follows along.</summary>
    public const string ValuePattern = @"(?:, |\n)?(?:[^,\n\\]|\\[^\n]|,(?! ))+|, |\n|\\";

    /// <summary>Numbers, each digit by itself.</summary>
    public const string DigitPattern = @"\p{N}";

    /// <summary>Numbers.</summary>
    public const string DigitsPattern = @"\p{N}+";

    /// <summary>What the tokenizers library takes for punctuation: Unicode's, and the signs of ASCII that are symbols in Unicode.</summary>
    private const string PunctuationPattern = @"[\p{P}$+<=>\^`|~]";

    /// <summary>Words and runs of signs, <c>\w+|[^\w\s]+</c>, with <c>\w</c> spelt out as Rust's expressions have it (<see cref="WordCharacters"/>).</summary>
    private const string WordPattern = $"[{WordCharacters.Class}]+|[^{WordCharacters.Class}\\s]+";

    private readonly List<SplitRule> _rules = [];
    private readonly List<(char First, char Last)> _named = [];
    private readonly AstralStandIns _standIns;
    private char _blank = ' ';
    private PrefixScheme _prefix = PrefixScheme.Never;

    public PreTokenizer(JsonElement? section)
    {
        if (section is { } element) Add(new JsonSection(element, "pre_tokenizer"), isFirst: true);
        _standIns = new AstralStandIns(_named);
    }

    /// <summary>Whether tokens are spelt in the <see cref="ByteLevelAlphabet"/>.</summary>
    public bool ByteLevel { get; private set; }

    /// <summary>Whether the text is cut at all.</summary>
    public bool Splits => _rules.Count > 0;

    /// <summary>Cuts by a scanner as well.</summary>
    public void Add(PieceScanner scanner) => _rules.Add(new SplitRule(scanner, null, SplitBehavior.Isolated, Inverted: false));

    /// <summary>Puts the blank in front that the tokenizer wants there, and writes blanks as the tokenizer does.</summary>
    /// <param name="text">A part of the text between added tokens.</param>
    /// <param name="isFirst">Whether the part begins where the whole text does.</param>
    public AlignedText MarkBlanks(AlignedText text, bool isFirst)
    {
        if (_blank != ' ' && text.Text.Contains(' ')) text = text.Replace(' ', _blank);
        bool wantsPrefix = _prefix == PrefixScheme.Always || (_prefix == PrefixScheme.First && isFirst);
        return wantsPrefix && !text.Text.StartsWith(_blank) ? text.Prepend(_blank.ToString()) : text;
    }

    /// <summary>Cuts a text into pieces.</summary>
    public void Split<TSink>(AlignedText text, TSink sink)
        where TSink : IPieceSink
    {
        if (text.Text.IndexOfAnyInRange('\uD800', '\uDFFF') < 0)
        {
            Split(text.Text, 0, 0, text, [], sink);
        }
        else
        {
            char[] shown = ArrayPool<char>.Shared.Rent(text.Length);
            int[] places = ArrayPool<int>.Shared.Rent(text.Length + 1);
            int count = _standIns.Show(text.Text, shown, places);
            Split(shown.AsSpan(0, count), 0, 0, text, places, sink);
            ArrayPool<char>.Shared.Return(shown);
            ArrayPool<int>.Shared.Return(places);
        }
    }

    /// <param name="shown">The part to cut, as patterns are to see it.</param>
    /// <param name="start">Where it begins in the whole of what patterns see.</param>
    /// <param name="rule">The rule to cut by; the rules after it cut the parts.</param>
    /// <param name="text">The whole text.</param>
    /// <param name="places">Where each unit that patterns see lies in <paramref name="text"/>; empty where that is the same.</param>
    /// <param name="sink">Takes the pieces.</param>
    private void Split<TSink>(ReadOnlySpan<char> shown, int start, int rule, AlignedText text, ReadOnlySpan<int> places, TSink sink)
        where TSink : IPieceSink
    {
        if (shown.IsEmpty) return;
        if (rule == _rules.Count)
        {
            int from = places.IsEmpty ? start : places[start];
            int to = places.IsEmpty ? start + shown.Length : places[start + shown.Length];
            sink.Take(text.Slice(from, to - from));
            return;
        }

        SplitRule cut = _rules[rule];
        int end = 0;
        while (cut.Scanner is not null && end < shown.Length)
        {
            int begin = end;
            end = cut.Scanner.EndOfPiece(shown, begin);
            Split(shown[begin..end], start + begin, rule + 1, text, places, sink);
        }

        if (cut.Pattern is null) return;
        if (cut.Merges)
        {
            foreach ((int from, int to) in cut.Merge(shown)) Split(shown[from..to], start + from, rule + 1, text, places, sink);
            return;
        }

        foreach (ValueMatch match in cut.Pattern.EnumerateMatches(shown))
        {
            if (cut.KeepsGaps) Split(shown[end..match.Index], start + end, rule + 1, text, places, sink);
            end = match.Index + match.Length;
            if (cut.KeepsMatches) Split(shown[match.Index..end], start + match.Index, rule + 1, text, places, sink);
        }

        if (cut.KeepsGaps) Split(shown[end..], start + end, rule + 1, text, places, sink);
    }

    private void Add(JsonSection section, bool isFirst)
    {
        switch (section.Type)
        {
            case "Sequence":
                section.AllowOnly("type", "pretokenizers");
                foreach (JsonSection part in section.Sections("pretokenizers"))
                {
                    Add(part, isFirst);
                    isFirst = false;
                }

                break;
            case "Split":
                AddSplit(section);
                break;
            case "Digits":
                section.AllowOnly("type", "individual_digits");
                AddPattern(section.Flag("individual_digits", false) ? DigitPattern : DigitsPattern);
                break;
            case "Punctuation":
                section.AllowOnly("type", "behavior");
                AddPattern(PunctuationPattern, ReadBehavior(section, section.OptionalText("behavior") ?? nameof(SplitBehavior.Isolated)));
                break;
            case "Whitespace":
                section.AllowOnly("type");
                AddPattern(WordPattern, SplitBehavior.Removed, inverted: true);
                break;
            case "WhitespaceSplit":
                section.AllowOnly("type");
                AddPattern(@"\s", SplitBehavior.Removed);
                break;
            case "CharDelimiterSplit":
                section.AllowOnly("type", "delimiter");
                AddPattern(UnicodePattern.Escape(section.Character("delimiter").ToString()), SplitBehavior.Removed);
                break;
            case "ByteLevel":
                AddByteLevel(section, isFirst);
                break;
            case "Metaspace":
                AddMetaspace(section, isFirst);
                break;
            default:
                throw section.Unsupported($"the pre-tokenizer '{section.Type}'");
        }

        // What comes after it would see bytes instead of characters.
        if (ByteLevel && section.Type != "ByteLevel" && section.Type != "Sequence") throw section.Unsupported("a pre-tokenizer after 'ByteLevel'");
    }

    private void AddSplit(JsonSection section)
    {
        section.AllowOnly("type", "pattern", "behavior", "invert");
        JsonSection pattern = section.Section("pattern");
        pattern.AllowOnly("Regex", "String");
        string regex = pattern.OptionalText("Regex") ?? UnicodePattern.Escape(pattern.Text("String"));
        AddPattern(regex, ReadBehavior(section, section.Text("behavior")), section.Flag("invert", false));
    }

    private static SplitBehavior ReadBehavior(JsonSection section, string name) =>
        Enum.TryParse(name, out SplitBehavior behavior) && Enum.GetName(behavior) == name ? behavior : throw section.Unsupported($"the behavior '{name}'");

    private void AddByteLevel(JsonSection section, bool isFirst)
    {
        // "trim_offsets" has to do with offsets as transformers reports them, not with ids.
        section.AllowOnly("type", "add_prefix_space", "trim_offsets", "use_regex");
        if (section.Flag("add_prefix_space", true)) AddPrefix(PrefixScheme.Always, section, isFirst);
        if (section.Flag("use_regex", true)) AddPattern(Gpt2Pattern);
        ByteLevel = true;
    }

    private void AddMetaspace(JsonSection section, bool isFirst)
    {
        MetaspaceSettings settings = MetaspaceSettings.Read(section);
        _blank = settings.Blank;
        AddPrefix(settings.Prefix, section, isFirst);
        string blank = UnicodePattern.Escape(settings.Blank.ToString());
        if (settings.Split) AddPattern($"{blank}[^{blank}]*");
    }

    private void AddPattern(string pattern, SplitBehavior behavior = SplitBehavior.Isolated, bool inverted = false)
    {
        PieceScanner? scanner = behavior == SplitBehavior.Isolated ? PieceScanner.Find(pattern) : null;
        Regex? regex = scanner is null ? UnicodePattern.Compile(pattern, _named) : null;
        _rules.Add(new SplitRule(scanner, regex, behavior, inverted));
    }

    private void AddPrefix(PrefixScheme prefix, JsonSection section, bool isFirst)
    {
        // Further on it would put a blank in front of every piece that the first pre-tokenizer makes.
        if (!isFirst) throw section.Unsupported($"'{section.Type}' that puts a blank in front, after another pre-tokenizer,");
        _prefix = prefix;
    }
}

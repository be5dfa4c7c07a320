using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A regular expression of a tokenizer.json, in Oniguruma's syntax, rewritten for .NET. Only what means the same in both is let through.
/// .NET's expressions see UTF-16 units: characters outside the basic multilingual plane are shown to them as <see cref="AstralStandIns"/>.
/// </summary>
internal sealed class UnicodePattern
{
    // A sound pattern needs microseconds; this ends an expression that would backtrack for ever.
    private static readonly TimeSpan MatchTimeout = TimeSpan.FromSeconds(30);

    // Groups within groups: far more than a tokenizer needs, far less than the stack holds.
    private const int MaxDepth = 50;

    private static readonly string[] GroupOpenings = ["(?:", "(?i:", "(?-i:", "(?=", "(?!", "(?<=", "(?<!", "(?>"];

    private readonly string _pattern;
    private readonly StringBuilder _output = new();
    private readonly List<(char First, char Last)> _named = [];
    private int _at;
    private int _depth;

    private UnicodePattern(string pattern) => _pattern = pattern;

    /// <summary>Compiles a pattern.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="named">Receives the characters and ranges that the pattern names.</param>
    /// <exception cref="NotSupportedException">The pattern uses something that .NET lacks or means differently.</exception>
    public static Regex Compile(string pattern, ICollection<(char First, char Last)> named)
    {
        UnicodePattern translation = new(pattern);
        translation.Alternatives(ignoreCase: false);
        if (translation._at < pattern.Length) throw translation.Unsupported("')' without '('");
        foreach ((char, char) range in translation._named) named.Add(range);
        try
        {
            return new Regex(translation._output.ToString(), RegexOptions.Compiled | RegexOptions.CultureInvariant, MatchTimeout);
        }
        catch (ArgumentException e)
        {
            throw new NotSupportedException($"The pattern '{pattern}' is not supported: {e.Message}", e);
        }
    }

    /// <summary>The pattern that matches <paramref name="text"/> itself.</summary>
    public static string Escape(string text) => Regex.Replace(text, @"[\\.*+?|{}\[\]()^$#\s&~-]", @"\$0");

    private void Alternatives(bool ignoreCase)
    {
        while (_at < _pattern.Length && _pattern[_at] != ')')
        {
            int start = _output.Length;
            Item(ignoreCase);
            Quantifier(start);
        }
    }

    private void Item(bool ignoreCase)
    {
        char c = _pattern[_at];
        switch (c)
        {
            case '|':
                _output.Append(c);
                _at++;
                break;
            case '(':
                Group(ignoreCase);
                break;
            case '[':
                CharacterClass(ignoreCase);
                break;
            case '\\' when ClassEscape() is { } escape:
                _output.Append(escape);
                break;
            case '.' or '^' or '$' or '?' or '*' or '+' or '{':
                throw Unsupported($"'{c}' here");
            default:
                Literal(Character(), ignoreCase);
                break;
        }
    }

    private void Group(bool ignoreCase)
    {
        string opening = Array.Find(GroupOpenings, o => _pattern.AsSpan(_at).StartsWith(o, StringComparison.Ordinal)) ?? "(";
        if (opening == "(" && _pattern.AsSpan(_at).StartsWith("(?", StringComparison.Ordinal)) throw Unsupported("this kind of group");
        if (++_depth > MaxDepth) throw Unsupported($"more than {MaxDepth} groups within each other");
        _at += opening.Length;

        // What ignores case is spelt out, because .NET and Oniguruma fold some letters differently. Captures are never asked for.
        _output.Append(opening is "(" or "(?i:" or "(?-i:" ? "(?:" : opening);
        Alternatives(opening == "(?i:" || (ignoreCase && opening != "(?-i:"));
        if (_at == _pattern.Length) throw Unsupported("'(' without ')'");
        _at++;
        _depth--;
        _output.Append(')');
    }

    private void Quantifier(int start)
    {
        Match quantifier = Regex.Match(_pattern[_at..], @"^(?:[?*+]|\{\d+(?:,\d*)?\}|\{,\d+\})");
        if (!quantifier.Success) return;
        _at += quantifier.Length;
        _output.Append(quantifier.Value.Replace("{,", "{0,", StringComparison.Ordinal));
        if (_at == _pattern.Length) return;
        if (_pattern[_at] == '?' && !quantifier.Value.StartsWith('{'))
        {
            _output.Append(_pattern[_at++]);
        }
        else if (_pattern[_at] == '+' && !quantifier.Value.StartsWith('{'))
        {
            // A possessive quantifier, which .NET writes as an atomic group.
            _at++;
            _output.Insert(start, "(?>").Append(')');
        }
        else if (_pattern[_at] is '?' or '*' or '+' or '{')
        {
            throw Unsupported("a quantifier of a quantifier");
        }
    }

    private void CharacterClass(bool ignoreCase)
    {
        _output.Append(_pattern[_at++]);
        if (_at < _pattern.Length && _pattern[_at] == '^') _output.Append(_pattern[_at++]);
        bool empty = true;
        while (_at < _pattern.Length && (_pattern[_at] != ']' || empty))
        {
            empty = false;
            if (_pattern[_at] == '[') throw Unsupported("a class within a class");
            if (_pattern.AsSpan(_at).StartsWith("&&", StringComparison.Ordinal)) throw Unsupported("an intersection of classes");
            if (_pattern[_at] == '\\' && ClassEscape() is { } escape)
            {
                _output.Append(escape);
                continue;
            }

            char first = Character();
            bool range = _at + 1 < _pattern.Length && _pattern[_at] == '-' && _pattern[_at + 1] != ']';
            if (!range)
            {
                foreach (char variant in Variants(first, ignoreCase)) Named(variant, variant);
                continue;
            }

            _at++;
            char last = Character();
            if (ignoreCase) throw Unsupported("a range that ignores case");
            if (first > last) throw Unsupported("a range that runs backwards");
            Named(first, last);
        }

        if (_at == _pattern.Length) throw Unsupported("'[' without ']'");
        _output.Append(_pattern[_at++]);
    }

    private void Literal(char character, bool ignoreCase)
    {
        string variants = Variants(character, ignoreCase);
        if (variants.Length > 1) _output.Append('[');
        foreach (char variant in variants) Named(variant, variant);
        if (variants.Length > 1) _output.Append(']');
    }

    private void Named(char first, char last)
    {
        _named.Add((first, last));
        _output.Append(CultureInfo.InvariantCulture, $"\\u{(int)first:X4}");
        if (last > first) _output.Append(CultureInfo.InvariantCulture, $"-\\u{(int)last:X4}");
    }

    /// <summary>The characters that Unicode's simple case folding makes equal to an ASCII character.</summary>
    private string Variants(char character, bool ignoreCase)
    {
        if (!ignoreCase || !char.IsAsciiLetter(character))
        {
            if (ignoreCase && !char.IsAscii(character)) throw Unsupported($"ignoring the case of '{character}'");
            return character.ToString();
        }

        string variants = $"{char.ToLowerInvariant(character)}{char.ToUpperInvariant(character)}";
        return variants switch
        {
            "sS" => variants + '\u017F', // long s
            "kK" => variants + '\u212A', // Kelvin sign
            _ => variants,
        };
    }

    /// <summary>An escape that stands for a set of characters, or null.</summary>
    private string? ClassEscape()
    {
        Match escape = Regex.Match(_pattern[_at..], @"^\\(?:[sSdD]|[pP]\{\^?(?:L|Lu|Ll|Lt|Lm|Lo|M|Mn|Mc|Me|N|Nd|Nl|No|P|Pc|Pd|Ps|Pe|Pi|Pf|Po|S|Sm|Sc|Sk|So|Z|Zs|Zl|Zp|C|Cc|Cf|Cs|Co|Cn)\})");
        if (!escape.Success) return null;
        _at += escape.Length;
        if (!escape.Value.Contains('^', StringComparison.Ordinal)) return escape.Value;
        return (escape.Value[1] == 'p' ? @"\P" : @"\p") + escape.Value[2..].Replace("^", "", StringComparison.Ordinal);
    }

    /// <summary>One character, written plainly or escaped.</summary>
    private char Character()
    {
        char c = _pattern[_at++];
        if (char.IsSurrogate(c)) throw Unsupported("a character outside the basic multilingual plane");
        if (c != '\\') return c;
        if (_at == _pattern.Length) throw Unsupported("'\\' at the end");
        Match code = Regex.Match(_pattern[_at..], @"^(?:u(?<hex>[0-9A-Fa-f]{4})|x(?<hex>[0-9A-Fa-f]{2})|x\{(?<hex>[0-9A-Fa-f]{1,4})\})");
        if (code.Success)
        {
            _at += code.Length;
            return (char)int.Parse(code.Groups["hex"].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        }

        c = _pattern[_at++];
        return c switch
        {
            'r' => '\r',
            'n' => '\n',
            't' => '\t',
            'f' => '\f',
            'v' => '\v',
            _ when !char.IsAsciiLetterOrDigit(c) => c,
            _ => throw Unsupported($"'\\{c}'"),
        };
    }

    private NotSupportedException Unsupported(string what) =>
        new($"The pattern '{_pattern}' is not supported: at {_at}, {what}.");
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Cuts a template into tokens, with <c>trim_blocks</c> and <c>lstrip_blocks</c> on and a single line end at the end dropped.</summary>
internal sealed partial class JinjaLexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<JinjaToken> _tokens = [];
    private int _position;
    private int _line = 1;

    // Whether what was read last ended a line, so that white space before a block tag counts as its indentation.
    private bool _atLineStart = true;

    private JinjaLexer(string source) => _source = source;

    public static IReadOnlyList<JinjaToken> Tokenize(string template)
    {
        string source = template.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        if (source.EndsWith('\n'))
        {
            source = source[..^1];
        }

        var lexer = new JinjaLexer(source);
        lexer.ReadTemplate();
        lexer.Add(JinjaTokenKind.End, "");
        return lexer._tokens;
    }

    [GeneratedRegex(@"\G(?<!\.)([0-9]+_)*[0-9]+((\.([0-9]+_)*[0-9]+)?[eE][+\-]?([0-9]+_)*[0-9]+|\.([0-9]+_)*[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex FloatPattern();

    [GeneratedRegex(@"\G(0[bB](_?[01])+|0[oO](_?[0-7])+|0[xX](_?[0-9a-fA-F])+|[1-9](_?[0-9])*|0(_?0)*)", RegexOptions.CultureInvariant)]
    private static partial Regex IntegerPattern();

    [GeneratedRegex(@"\G\{%[-+]?\s*raw\s*(-%\}\s*|%\})", RegexOptions.CultureInvariant)]
    private static partial Regex RawBeginPattern();

    [GeneratedRegex(@"\{%([-+]?)\s*endraw\s*(\+%\}|-%\}\s*|%\}\n?)", RegexOptions.CultureInvariant)]
    private static partial Regex RawEndPattern();

    private void ReadTemplate()
    {
        while (_position < _source.Length)
        {
            int tag = FindTag();
            if (tag < 0)
            {
                AddData(_source[_position..]);
                return;
            }

            char kind = _source[tag + 1];
            char sign = SignAt(tag + 2);
            AddData(StripBeforeTag(_source[_position..tag], sign, isVariable: kind == '{'));
            Advance(tag - _position);
            if (kind == '#')
            {
                SkipComment(sign);
            }
            else if (kind == '%' && RawBeginPattern().Match(_source, tag) is { Success: true } raw)
            {
                Advance(raw.Length);
                _atLineStart = raw.ValueSpan[^1] == '\n';
                ReadRaw();
            }
            else
            {
                Add(kind == '{' ? JinjaTokenKind.VariableBegin : JinjaTokenKind.BlockBegin, "");
                Advance(sign == '\0' ? 2 : 3);
                ReadTag(kind == '{');
            }
        }
    }

    private int FindTag()
    {
        int at = _position;
        while ((at = _source.IndexOf('{', at)) >= 0 && at + 1 < _source.Length)
        {
            if (_source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }

            at++;
        }

        return -1;
    }

    private char SignAt(int index) => index < _source.Length && _source[index] is '-' or '+' ? _source[index] : '\0';

    private string StripBeforeTag(string text, char sign, bool isVariable)
    {
        if (sign == '-')
        {
            return PythonSpace.TrimEnd(text);
        }

        if (sign == '+' || isVariable)
        {
            return text;
        }

        int lineStart = text.LastIndexOf('\n') + 1;
        bool startsLine = lineStart > 0 || _atLineStart;
        return startsLine && PythonSpace.IsSpace(text.AsSpan(lineStart)) ? text[..lineStart] : text;
    }

    private void SkipComment(char sign)
    {
        int start = _position + (sign == '\0' ? 2 : 3);
        int end = _source.IndexOf("#}", start, StringComparison.Ordinal);
        if (end < 0)
        {
            throw ChatTemplateException.Syntax("Missing end of comment tag, expected '#}'.", _line);
        }

        char endSign = end > start ? _source[end - 1] : '\0';
        Advance(end + 2 - _position);
        SkipAfterTag(endSign, trimLine: true);
    }

    private void ReadRaw()
    {
        Match end = RawEndPattern().Match(_source, _position);
        if (!end.Success)
        {
            throw ChatTemplateException.Syntax("Missing end of raw directive, expected '{% endraw %}'.", _line);
        }

        char sign = end.Groups[1].Length > 0 ? end.Groups[1].ValueSpan[0] : '\0';
        AddData(StripBeforeTag(_source[_position..end.Index], sign, isVariable: false));
        Advance(end.Index + end.Length - _position);
        _atLineStart = end.ValueSpan[^1] == '\n';
    }

    private void ReadTag(bool isVariable)
    {
        var open = new Stack<char>();
        char close = isVariable ? '}' : '%';
        while (_position < _source.Length)
        {
            char c = _source[_position];
            if (open.Count == 0 && TryReadTagEnd(close, isVariable))
            {
                return;
            }

            if (PythonSpace.IsSpace(c))
            {
                Advance(1);
            }
            else if (char.IsAsciiDigit(c))
            {
                ReadNumber();
            }
            else if (IsNameCharacter(c))
            {
                ReadName();
            }
            else if (c is '\'' or '"')
            {
                ReadText(c);
            }
            else
            {
                ReadOperator(open);
            }
        }
    }

    private bool TryReadTagEnd(char close, bool isVariable)
    {
        ReadOnlySpan<char> rest = _source.AsSpan(_position);
        char sign = rest[0] == '-' || (rest[0] == '+' && !isVariable) ? rest[0] : '\0';
        int length = sign == '\0' ? 2 : 3;
        if (rest.Length < length || rest[length - 2] != close || rest[length - 1] != '}')
        {
            return false;
        }

        Add(isVariable ? JinjaTokenKind.VariableEnd : JinjaTokenKind.BlockEnd, "");
        Advance(length);
        SkipAfterTag(sign, trimLine: !isVariable);
        return true;
    }

    /// <summary>Skips what a closed tag swallows: all white space after <c>-</c>, else one line end after a block or comment that does not end in <c>+</c>.</summary>
    private void SkipAfterTag(char sign, bool trimLine)
    {
        int start = _position;
        if (sign == '-')
        {
            while (_position < _source.Length && PythonSpace.IsSpace(_source[_position]))
            {
                Advance(1);
            }
        }
        else if (trimLine && sign != '+' && _position < _source.Length && _source[_position] == '\n')
        {
            Advance(1);
        }

        _atLineStart = _position > start && _source[_position - 1] == '\n';
    }

    private void ReadNumber()
    {
        Match number = FloatPattern().Match(_source, _position);
        JinjaTokenKind kind = JinjaTokenKind.Float;
        if (!number.Success)
        {
            number = IntegerPattern().Match(_source, _position);
            kind = JinjaTokenKind.Integer;
        }

        Add(kind, number.Value.Replace("_", "", StringComparison.Ordinal));
        Advance(number.Length);
    }

    private void ReadName()
    {
        int end = _position;
        while (end < _source.Length && IsNameCharacter(_source[end]))
        {
            end++;
        }

        if (!char.IsLetter(_source[_position]) && _source[_position] != '_')
        {
            throw ChatTemplateException.Syntax($"Invalid character '{_source[_position]}' in identifier.", _line);
        }

        Add(JinjaTokenKind.Name, _source[_position..end]);
        Advance(end - _position);
    }

    private static bool IsNameCharacter(char c) => char.IsLetterOrDigit(c) || c == '_' || char.GetUnicodeCategory(c) is
        UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation;

    private void ReadText(char quote)
    {
        int end = _position + 1;
        while (end < _source.Length && _source[end] != quote)
        {
            end += _source[end] == '\\' ? 2 : 1;
        }

        if (end >= _source.Length)
        {
            throw ChatTemplateException.Syntax($"Unexpected {quote}: the string that it opens is not closed.", _line);
        }

        Add(JinjaTokenKind.Text, StringLiteral.Unescape(_source[(_position + 1)..end], _line));
        Advance(end + 1 - _position);
    }

    private void ReadOperator(Stack<char> open)
    {
        string? symbol = Array.Find(Operators, symbol => _source.AsSpan(_position).StartsWith(symbol, StringComparison.Ordinal));
        if (symbol is null)
        {
            throw ChatTemplateException.Syntax($"Unexpected character '{_source[_position]}'.", _line);
        }

        switch (symbol)
        {
            case "(":
                open.Push(')');
                break;
            case "[":
                open.Push(']');
                break;
            case "{":
                open.Push('}');
                break;
            case ")" or "]" or "}":
                if (!open.TryPop(out char expected))
                {
                    throw ChatTemplateException.Syntax($"Unexpected '{symbol}'.", _line);
                }

                if (expected != symbol[0])
                {
                    throw ChatTemplateException.Syntax($"Unexpected '{symbol}', expected '{expected}'.", _line);
                }

                break;
        }

        Add(JinjaTokenKind.Operator, symbol);
        Advance(symbol.Length);
    }

    private void AddData(string text)
    {
        if (text.Length > 0)
        {
            Add(JinjaTokenKind.Data, text);
        }
    }

    private void Add(JinjaTokenKind kind, string text) => _tokens.Add(new JinjaToken(kind, text, _line));

    private void Advance(int characters)
    {
        _line += _source.AsSpan(_position, characters).Count('\n');
        _position += characters;
    }
}

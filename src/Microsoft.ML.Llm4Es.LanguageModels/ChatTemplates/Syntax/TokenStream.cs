namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A cursor over the tokens of a template, with what parsers ask of it.</summary>
internal sealed class TokenStream(IReadOnlyList<JinjaToken> tokens)
{
    // Python's own parser stops at about this depth of nesting, so no template of transformers is deeper.
    private const int MaxNesting = 100;

    private int _position;
    private int _nesting;

    public JinjaToken Current => tokens[_position];

    public JinjaToken Following => tokens[Math.Min(_position + 1, tokens.Count - 1)];

    public JinjaToken Next()
    {
        JinjaToken token = Current;
        if (token.Kind != JinjaTokenKind.End)
        {
            _position++;
        }

        return token;
    }

    public bool SkipOperator(string symbol) => Skip(Current.IsOperator(symbol));

    public bool SkipName(string name) => Skip(Current.IsName(name));

    public void ExpectOperator(string symbol)
    {
        if (!SkipOperator(symbol))
        {
            throw Unexpected($"'{symbol}'");
        }
    }

    public void ExpectName(string name)
    {
        if (!SkipName(name))
        {
            throw Unexpected($"'{name}'");
        }
    }

    public JinjaToken Expect(JinjaTokenKind kind, string description) => Current.Kind == kind ? Next() : throw Unexpected(description);

    public ChatTemplateException Unexpected(string expected) =>
        ChatTemplateException.Syntax(
            Current.Kind == JinjaTokenKind.End ? $"unexpected end of template, expected {expected}." : $"expected {expected}, got '{Current.Describe()}'",
            Current.Line);

    /// <summary>Counts a level of nesting until <see cref="Leave"/>.</summary>
    public void Enter()
    {
        if (++_nesting > MaxNesting)
        {
            throw ChatTemplateException.NestedTooDeeply();
        }
    }

    public void Leave() => _nesting--;

    private bool Skip(bool matches)
    {
        if (matches)
        {
            _position++;
        }

        return matches;
    }
}

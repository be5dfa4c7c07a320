using static Microsoft.ML.Llm4Es.LanguageModels.JinjaStatement;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Parses the statements of a template with Jinja's grammar.</summary>
internal sealed class StatementParser
{
    private static readonly JinjaExpression.CapturedText Captured = new();

    private readonly TokenStream _tokens;
    private readonly ExpressionParser _expressions;
    private readonly TargetParser _targets;
    private int _loops;

    public StatementParser(IReadOnlyList<JinjaToken> tokens)
    {
        _tokens = new TokenStream(tokens);
        _expressions = new ExpressionParser(_tokens);
        _targets = new TargetParser(_tokens, _expressions);
    }

    public IReadOnlyList<JinjaStatement> ParseTemplate()
    {
        IReadOnlyList<JinjaStatement> statements = ParseUntil();
        _expressions.Names.ThrowIfUnknown();
        return statements;
    }

    /// <summary>Parses statements up to a tag whose name is one of <paramref name="ends"/>, or to the end of the template where there are none; the name of the tag is left to read.</summary>
    private List<JinjaStatement> ParseUntil(params ReadOnlySpan<string> ends)
    {
        _tokens.Enter();
        var statements = new List<JinjaStatement>();
        while (_tokens.Current.Kind != JinjaTokenKind.End)
        {
            JinjaToken token = _tokens.Next();
            switch (token.Kind)
            {
                case JinjaTokenKind.Data:
                    statements.Add(new Data(token.Text, token.Line));
                    break;
                case JinjaTokenKind.VariableBegin:
                    statements.Add(new Print(_expressions.ParseTuple(), token.Line));
                    _tokens.Expect(JinjaTokenKind.VariableEnd, "'end of print statement'");
                    break;
                default:
                    if (_tokens.Current.Kind == JinjaTokenKind.Name && ends.Contains(_tokens.Current.Text))
                    {
                        _tokens.Leave();
                        return statements;
                    }

                    statements.AddRange(ParseStatement());
                    EndTag();
                    break;
            }
        }

        if (ends.Length > 0)
        {
            throw _tokens.Unexpected($"'{string.Join("' or '", ends.ToArray())}'");
        }

        _tokens.Leave();
        return statements;
    }

    private void EndTag() => _tokens.Expect(JinjaTokenKind.BlockEnd, "'end of statement block'");

    /// <summary>Parses the rest of a tag, its body and the name of the tag that ends it.</summary>
    private List<JinjaStatement> ParseBody(string end)
    {
        List<JinjaStatement> body = ParseBodyUntil(end);
        _tokens.Next();
        return body;
    }

    private List<JinjaStatement> ParseBodyUntil(params ReadOnlySpan<string> ends)
    {
        _tokens.SkipOperator(":");
        EndTag();
        return ParseUntil(ends);
    }

    private List<JinjaStatement> ParseStatement()
    {
        JinjaToken tag = _tokens.Expect(JinjaTokenKind.Name, "tag name");
        int line = tag.Line;
        return tag.Text switch
        {
            "if" => [ParseIf(line)],
            "for" => [ParseFor(line)],
            "set" => [ParseSet(line)],
            "macro" => [ParseMacro(line)],
            "call" => [ParseCallBlock(line)],
            "filter" => [ParseFilterBlock(line)],
            "with" => [ParseWith(line)],
            "block" => [ParseBlock(line)],
            "print" => ParsePrint(line),
            "generation" => [ParseGeneration(line)],
            "break" => [InLoop(new Break(line))],
            "continue" => [InLoop(new Continue(line))],
            "include" or "import" or "from" or "extends" => [ParseUnsupported(tag)],
            "autoescape" => throw ChatTemplateException.Syntax("The tag 'autoescape' is not supported: a chat template writes plain text.", line),
            _ => throw ChatTemplateException.Syntax($"Encountered unknown tag '{tag.Text}'.", line),
        };
    }

    private If ParseIf(int line)
    {
        bool wasConditional = _expressions.Names.IsConditional;
        _expressions.Names.IsConditional = true;
        var branches = new List<(JinjaExpression?, IReadOnlyList<JinjaStatement>)>();
        string end;
        do
        {
            JinjaExpression test = _expressions.ParseTuple(allowConditional: false);
            branches.Add((test, ParseBodyUntil("elif", "else", "endif")));
            end = _tokens.Next().Text;
        }
        while (end == "elif");

        if (end == "else")
        {
            branches.Add((null, ParseBody("endif")));
        }

        _expressions.Names.IsConditional = wasConditional;
        return new If(branches, line);
    }

    private For ParseFor(int line)
    {
        AssignmentTarget target = _targets.Parse(endName: "in");
        _tokens.ExpectName("in");
        JinjaExpression items = _expressions.ParseTuple(allowConditional: false, endName: "recursive");
        return Unconditional(() =>
        {
            JinjaExpression? condition = _tokens.SkipName("if") ? _expressions.ParseExpression() : null;
            bool isRecursive = _tokens.SkipName("recursive");
            _loops++;
            ForbidLoopTarget(target, line);
            List<JinjaStatement> body = ParseBodyUntil("endfor", "else");
            _loops--;
            List<JinjaStatement> otherwise = _tokens.Next().Text == "else" ? ParseBody("endfor") : [];
            return new For(target, items, condition, isRecursive, body, otherwise, line);
        });
    }

    private JinjaStatement ParseSet(int line)
    {
        AssignmentTarget target = _targets.Parse(allowNamespace: true);
        ForbidLoopTarget(target, line);
        if (_tokens.SkipOperator("="))
        {
            return new Set(target, _expressions.ParseTuple(), line);
        }

        return Unconditional(() => new SetBlock(target, _expressions.ParseFilters(Captured), ParseBody("endset"), line));
    }

    private Macro ParseMacro(int line)
    {
        string name = _tokens.Expect(JinjaTokenKind.Name, "a macro's name").Text;
        return new Macro(ParseMacroDefinition(name, ParseParameters(), "endmacro"), line);
    }

    private CallBlock ParseCallBlock(int line)
    {
        IReadOnlyList<(string, JinjaExpression?)> parameters = _tokens.Current.IsOperator("(") ? ParseParameters() : [];
        return _expressions.ParseExpression() is JinjaExpression.Call call
            ? new CallBlock(call, ParseMacroDefinition("caller", parameters, "endcall"), line)
            : throw ChatTemplateException.Syntax("expected a call after 'call'", line);
    }

    private List<(string Name, JinjaExpression? Default)> ParseParameters() => Unconditional(() =>
    {
        var parameters = new List<(string Name, JinjaExpression? Default)>();
        _tokens.ExpectOperator("(");
        while (!_tokens.Current.IsOperator(")"))
        {
            if (parameters.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            JinjaToken name = _tokens.Expect(JinjaTokenKind.Name, "a parameter's name");
            JinjaExpression? value = _tokens.SkipOperator("=") ? _expressions.ParseExpression() : null;
            if (value is null && parameters.Count > 0 && parameters[^1].Default is not null)
            {
                throw ChatTemplateException.Syntax($"the parameter '{name.Text}' without a default follows one with a default", name.Line);
            }

            if (parameters.Exists(parameter => parameter.Name == name.Text))
            {
                throw ChatTemplateException.Syntax($"duplicate parameter '{name.Text}'", name.Line);
            }

            parameters.Add((name.Text, value));
        }

        _tokens.ExpectOperator(")");
        return parameters;
    });

    private MacroDefinition ParseMacroDefinition(string name, IReadOnlyList<(string Name, JinjaExpression? Default)> parameters, string end) => Unconditional(() =>
    {
        // Neither break nor continue reaches out of a macro.
        int loops = _loops;
        _loops = 0;
        int mark = _expressions.SpecialNames.Count;
        List<JinjaStatement> body = ParseBody(end);
        _loops = loops;

        bool Reads(string special) => _expressions.SpecialNames.IndexOf(special, mark) >= 0;
        bool ReadsHidden(string special) => Reads(special) && !parameters.Any(parameter => parameter.Name == special);
        if (Reads("caller") && parameters.Any(parameter => parameter is { Name: "caller", Default: null }))
        {
            throw ChatTemplateException.Syntax("the special parameter 'caller' must be omitted or be given a default", _tokens.Current.Line);
        }

        return new MacroDefinition(name, parameters, body, ReadsHidden("caller"), ReadsHidden("kwargs"), ReadsHidden("varargs"));
    });

    private FilterBlock ParseFilterBlock(int line) =>
        Unconditional(() => new FilterBlock(_expressions.ParseFilters(Captured, isFirstOpen: true), ParseBody("endfilter"), line));

    private With ParseWith(int line)
    {
        var variables = new List<(AssignmentTarget, JinjaExpression)>();
        while (_tokens.Current.Kind != JinjaTokenKind.BlockEnd)
        {
            if (variables.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            AssignmentTarget target = _targets.Parse();
            _tokens.ExpectOperator("=");
            variables.Add((target, _expressions.ParseExpression()));
        }

        return Unconditional(() => new With(variables, ParseBody("endwith"), line));
    }

    private ScopedBody ParseBlock(int line)
    {
        string name = _tokens.Expect(JinjaTokenKind.Name, "a block's name").Text;
        bool isScoped = _tokens.SkipName("scoped");
        _tokens.SkipName("required");
        ScopedBody block = ParseScopedBody("endblock", seesOnlyTemplate: !isScoped, line);
        _tokens.SkipName(name);
        return block;
    }

    private ScopedBody ParseGeneration(int line) => ParseScopedBody("endgeneration", seesOnlyTemplate: false, line);

    private ScopedBody ParseScopedBody(string end, bool seesOnlyTemplate, int line) => Unconditional(() =>
    {
        int loops = _loops;
        _loops = 0;
        List<JinjaStatement> body = ParseBody(end);
        _loops = loops;
        return new ScopedBody(body, seesOnlyTemplate, line);
    });

    private List<JinjaStatement> ParsePrint(int line)
    {
        var prints = new List<JinjaStatement>();
        while (_tokens.Current.Kind != JinjaTokenKind.BlockEnd)
        {
            if (prints.Count > 0)
            {
                _tokens.ExpectOperator(",");
            }

            prints.Add(new Print(_expressions.ParseExpression(), line));
        }

        return prints;
    }

    private JinjaStatement InLoop(JinjaStatement statement) =>
        _loops > 0 ? statement : throw ChatTemplateException.Syntax("'break' and 'continue' are only valid inside a for loop", statement.Line);

    private Unsupported ParseUnsupported(JinjaToken tag)
    {
        while (_tokens.Current.Kind is not (JinjaTokenKind.BlockEnd or JinjaTokenKind.End))
        {
            _tokens.Next();
        }

        return new Unsupported($"The tag '{tag.Text}' needs another template, and a chat template stands alone: no loader is specified.", tag.Line);
    }

    private void ForbidLoopTarget(AssignmentTarget target, int line)
    {
        if (_loops > 0 && TargetParser.Assigns(target, "loop"))
        {
            throw ChatTemplateException.Syntax("Can't assign to the special variable 'loop' inside a for loop", line);
        }
    }

    /// <summary>Parses what Jinja compiles to a frame of its own, where a condition around it no longer counts.</summary>
    private T Unconditional<T>(Func<T> parse)
    {
        bool wasConditional = _expressions.Names.IsConditional;
        _expressions.Names.IsConditional = false;
        T parsed = parse();
        _expressions.Names.IsConditional = wasConditional;
        return parsed;
    }
}

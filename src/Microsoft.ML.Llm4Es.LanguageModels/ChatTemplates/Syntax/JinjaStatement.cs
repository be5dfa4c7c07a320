namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A statement of a template, with the line that it starts on. The records nested in it are all that there are.</summary>
internal abstract record JinjaStatement(int Line)
{
    internal sealed record Data(string Text, int Line) : JinjaStatement(Line);

    /// <summary><c>{{ … }}</c> or <c>{% print … %}</c>.</summary>
    internal sealed record Print(JinjaExpression Value, int Line) : JinjaStatement(Line);

    /// <summary>The tests of <c>if</c> and <c>elif</c> with their bodies; a null test is <c>else</c>.</summary>
    internal sealed record If(IReadOnlyList<(JinjaExpression? Test, IReadOnlyList<JinjaStatement> Body)> Branches, int Line) : JinjaStatement(Line);

    internal sealed record For(
        AssignmentTarget Target,
        JinjaExpression Items,
        JinjaExpression? Condition,
        bool IsRecursive,
        IReadOnlyList<JinjaStatement> Body,
        IReadOnlyList<JinjaStatement> Else,
        int Line) : JinjaStatement(Line);

    internal sealed record Break(int Line) : JinjaStatement(Line);

    internal sealed record Continue(int Line) : JinjaStatement(Line);

    internal sealed record Set(AssignmentTarget Target, JinjaExpression Value, int Line) : JinjaStatement(Line);

    /// <summary><c>{% set x %}…{% endset %}</c>; <paramref name="Filters"/> are applied to the captured text.</summary>
    internal sealed record SetBlock(AssignmentTarget Target, JinjaExpression Filters, IReadOnlyList<JinjaStatement> Body, int Line) : JinjaStatement(Line);

    internal sealed record FilterBlock(JinjaExpression Filters, IReadOnlyList<JinjaStatement> Body, int Line) : JinjaStatement(Line);

    internal sealed record Macro(MacroDefinition Definition, int Line) : JinjaStatement(Line);

    /// <summary><c>{% call(parameters) f(…) %}…{% endcall %}</c>: calls f with the body as the macro <c>caller</c>.</summary>
    internal sealed record CallBlock(JinjaExpression.Call Call, MacroDefinition Caller, int Line) : JinjaStatement(Line);

    /// <summary><c>{% with a = 1 %}…{% endwith %}</c>.</summary>
    internal sealed record With(IReadOnlyList<(AssignmentTarget Target, JinjaExpression Value)> Variables, IReadOnlyList<JinjaStatement> Body, int Line) : JinjaStatement(Line);

    /// <summary>A body with a scope of its own: <c>generation</c>, which marks what the assistant says, and <c>block</c>, which sees only the template's own variables.</summary>
    internal sealed record ScopedBody(IReadOnlyList<JinjaStatement> Body, bool SeesOnlyTemplate, int Line) : JinjaStatement(Line);

    /// <summary>A statement that fails when it is reached, because it needs what an interpreter of a single template does not have.</summary>
    internal sealed record Unsupported(string Message, int Line) : JinjaStatement(Line);
}

/// <summary>What a value can be assigned to. The records nested in it are all that there are.</summary>
internal abstract record AssignmentTarget
{
    private AssignmentTarget()
    {
    }

    internal sealed record Name(string Variable) : AssignmentTarget;

    /// <summary><c>ns.attribute</c>, where <c>ns</c> is a namespace.</summary>
    internal sealed record NamespaceAttribute(string Namespace, string Attribute) : AssignmentTarget;

    internal sealed record Unpacking(IReadOnlyList<AssignmentTarget> Targets) : AssignmentTarget;
}

/// <summary>A macro, or the body of a call block: its parameters with their defaults, and which of the special variables the body reads.</summary>
internal sealed record MacroDefinition(
    string Name,
    IReadOnlyList<(string Name, JinjaExpression? Default)> Parameters,
    IReadOnlyList<JinjaStatement> Body,
    bool ReadsCaller,
    bool ReadsNamedArguments,
    bool ReadsExtraArguments);

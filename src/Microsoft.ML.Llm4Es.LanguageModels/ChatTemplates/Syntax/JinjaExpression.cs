namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>An expression of a template. The records nested in it are all that there are.</summary>
internal abstract record JinjaExpression
{
    private JinjaExpression()
    {
    }

    /// <summary>A literal: text, a number, a boolean or <c>none</c>.</summary>
    internal sealed record Constant(JinjaValue Value) : JinjaExpression;

    internal sealed record Variable(string Name) : JinjaExpression;

    internal sealed record TupleLiteral(IReadOnlyList<JinjaExpression> Items) : JinjaExpression;

    internal sealed record ListLiteral(IReadOnlyList<JinjaExpression> Items) : JinjaExpression;

    internal sealed record DictionaryLiteral(IReadOnlyList<(JinjaExpression Key, JinjaExpression Value)> Items) : JinjaExpression;

    /// <summary><c>+</c> or <c>-</c> before an operand.</summary>
    internal sealed record Sign(bool IsNegative, JinjaExpression Operand) : JinjaExpression;

    internal sealed record Not(JinjaExpression Operand) : JinjaExpression;

    /// <summary><c>and</c> or <c>or</c>, whose value is that of one of the operands.</summary>
    internal sealed record Logical(bool IsAnd, JinjaExpression Left, JinjaExpression Right) : JinjaExpression;

    /// <summary>One of <c>+ - * / // % **</c>.</summary>
    internal sealed record Arithmetic(string Operator, JinjaExpression Left, JinjaExpression Right) : JinjaExpression;

    /// <summary>A chain <c>a &lt; b &lt; c</c>; the operators are <c>== != &lt; &lt;= &gt; &gt;= in</c> and <c>not in</c>.</summary>
    internal sealed record Comparison(JinjaExpression First, IReadOnlyList<(string Operator, JinjaExpression Operand)> Rest) : JinjaExpression;

    /// <summary><c>a ~ b ~ c</c>: the operands as text, one after another.</summary>
    internal sealed record Concatenation(IReadOnlyList<JinjaExpression> Parts) : JinjaExpression;

    /// <summary><c>Then if Condition else Else</c>.</summary>
    internal sealed record Conditional(JinjaExpression Condition, JinjaExpression Then, JinjaExpression? Else) : JinjaExpression;

    internal sealed record AttributeOf(JinjaExpression Target, string Name) : JinjaExpression;

    internal sealed record ItemOf(JinjaExpression Target, JinjaExpression Key) : JinjaExpression;

    internal sealed record SliceOf(JinjaExpression Target, JinjaExpression? Start, JinjaExpression? Stop, JinjaExpression? Step) : JinjaExpression;

    internal sealed record Call(JinjaExpression Target, ArgumentList Arguments) : JinjaExpression;

    /// <summary><c>Input | Name(Arguments)</c>.</summary>
    internal sealed record Filter(JinjaExpression Input, string Name, ArgumentList Arguments) : JinjaExpression;

    /// <summary><c>Input is Name(Arguments)</c>.</summary>
    internal sealed record Test(JinjaExpression Input, string Name, ArgumentList Arguments) : JinjaExpression;

    /// <summary>What stands in for the captured text as the input of the filters of a filter block or a set block.</summary>
    internal sealed record CapturedText : JinjaExpression;

    /// <summary>The arguments of a call as written: positional, by name, <c>*list</c> and <c>**dictionary</c>.</summary>
    internal sealed record ArgumentList(
        IReadOnlyList<JinjaExpression> Positional,
        IReadOnlyList<(string Name, JinjaExpression Value)> Named,
        JinjaExpression? Unpacked,
        JinjaExpression? UnpackedNamed)
    {
        public static ArgumentList None { get; } = new([], [], null, null);
    }
}

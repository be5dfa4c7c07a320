namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Parses what a statement assigns to: a variable, several of them, or an attribute of a namespace.</summary>
internal sealed class TargetParser(TokenStream tokens, ExpressionParser expressions)
{
    public AssignmentTarget Parse(string? endName = null, bool allowNamespace = false)
    {
        var targets = new List<AssignmentTarget>();
        bool isTuple = false;
        while (!expressions.IsTupleEnd(endName))
        {
            targets.Add(ParseSingleTarget(allowNamespace));
            if (!tokens.SkipOperator(","))
            {
                break;
            }

            isTuple = true;
        }

        return targets.Count switch
        {
            0 => throw ChatTemplateException.Syntax($"expected a variable to assign to, got '{tokens.Current.Describe()}'", tokens.Current.Line),
            1 when !isTuple => targets[0],
            _ => new AssignmentTarget.Unpacking(targets),
        };
    }

    private AssignmentTarget ParseSingleTarget(bool allowNamespace)
    {
        int line = tokens.Current.Line;
        if (allowNamespace && tokens.Current.Kind == JinjaTokenKind.Name && tokens.Following.IsOperator("."))
        {
            string name = tokens.Next().Text;
            tokens.Next();
            return new AssignmentTarget.NamespaceAttribute(name, tokens.Expect(JinjaTokenKind.Name, "an attribute's name").Text);
        }

        return ToTarget(expressions.ParsePrimary(), line);
    }

    private static AssignmentTarget ToTarget(JinjaExpression expression, int line) => expression switch
    {
        JinjaExpression.Variable variable => new AssignmentTarget.Name(variable.Name),
        JinjaExpression.TupleLiteral tuple => new AssignmentTarget.Unpacking([.. tuple.Items.Select(item => ToTarget(item, line))]),
        _ => throw ChatTemplateException.Syntax("can only assign to a variable, to variables in a tuple or to an attribute of a namespace", line),
    };

    /// <summary>Whether the target assigns to a variable of that name.</summary>
    public static bool Assigns(AssignmentTarget target, string variable) => target switch
    {
        AssignmentTarget.Name name => name.Variable == variable,
        AssignmentTarget.Unpacking tuple => tuple.Targets.Any(item => Assigns(item, variable)),
        _ => false,
    };
}

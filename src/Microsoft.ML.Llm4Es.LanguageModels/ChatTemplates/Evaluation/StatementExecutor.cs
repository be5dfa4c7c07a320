using static Microsoft.ML.Llm4Es.LanguageModels.JinjaStatement;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Executes statements, writing text.</summary>
internal sealed class StatementExecutor(RenderContext context)
{
    private readonly ExpressionEvaluator _evaluator = new(context);
    private Scope? _templateScope;

    /// <summary>What a statement does to the loop around it.</summary>
    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public string Render(IReadOnlyList<JinjaStatement> statements, Scope scope)
    {
        _templateScope = scope;
        var output = new OutputBuffer(context);
        Execute(statements, scope, output);
        return output.ToString();
    }

    private Flow Execute(IReadOnlyList<JinjaStatement> statements, Scope scope, OutputBuffer output)
    {
        context.Enter();
        Flow flow = Flow.Next;
        for (int i = 0; i < statements.Count && flow == Flow.Next; i++)
        {
            context.Line = statements[i].Line;
            context.Spend(1);
            flow = Execute(statements[i], scope, output);
        }

        context.Leave();
        return flow;
    }

    private Flow Execute(JinjaStatement statement, Scope scope, OutputBuffer output)
    {
        switch (statement)
        {
            case Data data:
                output.Append(data.Text);
                break;
            case Print print:
                _evaluator.Evaluate(print.Value, scope).WriteText(output);
                break;
            case If branches:
                return ExecuteIf(branches, scope, output);
            case For loop:
                return ExecuteFor(loop, scope, output);
            case Break:
                return Flow.Break;
            case Continue:
                return Flow.Continue;
            case Set set:
                Assign(set.Target, _evaluator.Evaluate(set.Value, scope), scope);
                break;
            case SetBlock set:
                return ExecuteCapture(set.Body, set.Filters, scope, value => Assign(set.Target, value, scope));
            case FilterBlock filter:
                return ExecuteCapture(filter.Body, filter.Filters, scope, value => value.WriteText(output));
            case Macro macro:
                scope.Set(macro.Definition.Name, MakeMacro(macro.Definition, scope));
                break;
            case CallBlock block:
                ExecuteCall(block, scope).WriteText(output);
                break;
            case With with:
                return ExecuteWith(with, scope, output);
            case ScopedBody body:
                return Execute(body.Body, new Scope(body.SeesOnlyTemplate ? _templateScope : scope), output);
            case Unsupported unsupported:
                throw ChatTemplateException.Evaluation(unsupported.Message);
        }

        return Flow.Next;
    }

    private Flow ExecuteIf(If branches, Scope scope, OutputBuffer output)
    {
        foreach ((JinjaExpression? test, IReadOnlyList<JinjaStatement> body) in branches.Branches)
        {
            if (test is null || _evaluator.Evaluate(test, scope).IsTrue)
            {
                return Execute(body, scope, output);
            }
        }

        return Flow.Next;
    }

    private Flow ExecuteFor(For loop, Scope scope, OutputBuffer output)
    {
        JinjaValue items = _evaluator.Evaluate(loop.Items, scope);
        if (!loop.IsRecursive)
        {
            return ExecuteLoop(loop, items, 0, null, scope, output);
        }

        JinjaValue Recurse(JinjaValue inner, int depth)
        {
            context.Enter();
            var text = new OutputBuffer(context);
            ExecuteLoop(loop, inner, depth, Recurse, scope, text);
            context.Leave();
            return new TextValue(text.ToString());
        }

        Recurse(items, 0).WriteText(output);
        return Flow.Next;
    }

    private Flow ExecuteLoop(For loop, JinjaValue items, int depth, Func<JinjaValue, int, JinjaValue>? recurse, Scope scope, OutputBuffer output)
    {
        IEnumerable<JinjaValue> elements = items.RequireElements();
        int? length = items.Length;
        if (loop.Condition is not null)
        {
            elements = elements.Where(item => IsSelected(loop, item, scope));
            length = null;
        }

        var state = new LoopValue(elements, length, depth, context, recurse);

        // As in Jinja, the else branch also runs where each iteration was left by break or continue.
        bool hasCompleted = false;
        while (state.MoveNext())
        {
            var inner = new Scope(scope);
            inner.Set("loop", state);
            Assign(loop.Target, state.Current, inner);
            Flow flow = Execute(loop.Body, inner, output);
            if (flow == Flow.Break)
            {
                break;
            }

            hasCompleted |= flow == Flow.Next;
        }

        return hasCompleted ? Flow.Next : Execute(loop.Else, new Scope(scope), output);
    }

    private bool IsSelected(For loop, JinjaValue item, Scope scope)
    {
        var inner = new Scope(scope);
        Assign(loop.Target, item, inner);
        return _evaluator.Evaluate(loop.Condition!, inner).IsTrue;
    }

    private Flow ExecuteCapture(IReadOnlyList<JinjaStatement> body, JinjaExpression filters, Scope scope, Action<JinjaValue> use)
    {
        var inner = new Scope(scope);
        var text = new OutputBuffer(context);
        Flow flow = Execute(body, inner, text);
        if (flow == Flow.Next)
        {
            use(_evaluator.ApplyFilters(filters, new TextValue(text.ToString()), inner));
        }

        return flow;
    }

    private Flow ExecuteWith(With with, Scope scope, OutputBuffer output)
    {
        var inner = new Scope(scope);
        foreach ((AssignmentTarget target, JinjaExpression value) in with.Variables)
        {
            Assign(target, _evaluator.Evaluate(value, scope), inner);
        }

        return Execute(with.Body, inner, output);
    }

    private JinjaValue ExecuteCall(CallBlock block, Scope scope)
    {
        MacroValue caller = MakeMacro(block.Caller, scope);
        JinjaValue target = _evaluator.Evaluate(block.Call.Target, scope);
        return target.Call(_evaluator.EvaluateArguments(block.Call.Arguments, scope, caller));
    }

    private MacroValue MakeMacro(MacroDefinition macro, Scope scope) => new(macro, arguments =>
    {
        context.Enter();
        var inner = new Scope(scope);
        BindParameters(macro, arguments, inner);
        var output = new OutputBuffer(context);
        Execute(macro.Body, inner, output);
        context.Leave();
        return new TextValue(output.ToString());
    });

    private void BindParameters(MacroDefinition macro, CallArguments arguments, Scope scope)
    {
        // A parameter hides an outer variable of its name even in the defaults.
        foreach ((string name, _) in macro.Parameters)
        {
            scope.Set(name, new UndefinedValue($"parameter '{name}' was not provided"));
        }

        List<KeyValuePair<string, JinjaValue>> named = [.. arguments.Named];
        for (int i = 0; i < macro.Parameters.Count; i++)
        {
            (string name, JinjaExpression? otherwise) = macro.Parameters[i];
            JinjaValue? value = i < arguments.Positional.Count ? arguments.Positional[i] : Take(named, name);
            if (value is not null)
            {
                scope.Set(name, value);
            }
            else if (otherwise is not null)
            {
                scope.Set(name, _evaluator.Evaluate(otherwise, scope));
            }
        }

        BindSpecial(macro, arguments, named, scope);
    }

    private void BindSpecial(MacroDefinition macro, CallArguments arguments, List<KeyValuePair<string, JinjaValue>> named, Scope scope)
    {
        if (macro.ReadsCaller)
        {
            scope.Set("caller", Take(named, "caller") ?? new UndefinedValue("No caller defined"));
        }

        if (macro.ReadsNamedArguments)
        {
            scope.Set("kwargs", new DictionaryValue(context, named.Select(item => KeyValuePair.Create<JinjaValue, JinjaValue>(new TextValue(item.Key), item.Value))));
        }
        else if (named.Count > 0)
        {
            throw ChatTemplateException.Evaluation($"macro '{macro.Name}' takes no keyword argument '{named[0].Key}'");
        }

        if (macro.ReadsExtraArguments)
        {
            scope.Set("varargs", new TupleValue([.. arguments.Positional.Skip(macro.Parameters.Count)]));
        }
        else if (arguments.Positional.Count > macro.Parameters.Count)
        {
            throw ChatTemplateException.Evaluation($"macro '{macro.Name}' takes not more than {macro.Parameters.Count} argument(s)");
        }
    }

    private static JinjaValue? Take(List<KeyValuePair<string, JinjaValue>> named, string name)
    {
        int index = named.FindIndex(argument => argument.Key == name);
        if (index < 0)
        {
            return null;
        }

        JinjaValue value = named[index].Value;
        named.RemoveAt(index);
        return value;
    }

    private void Assign(AssignmentTarget target, JinjaValue value, Scope scope)
    {
        switch (target)
        {
            case AssignmentTarget.Name name:
                scope.Set(name.Variable, value);
                break;
            case AssignmentTarget.NamespaceAttribute attribute:
                if (scope.Find(attribute.Namespace) is not NamespaceValue space)
                {
                    throw ChatTemplateException.Evaluation("cannot assign attribute on non-namespace object");
                }

                space.Set(attribute.Attribute, value);
                break;
            case AssignmentTarget.Unpacking tuple:
                List<JinjaValue> values = context.Collect(value.RequireElements());
                if (values.Count != tuple.Targets.Count)
                {
                    throw ChatTemplateException.Evaluation($"cannot unpack {values.Count} values, expected {tuple.Targets.Count}");
                }

                for (int i = 0; i < values.Count; i++)
                {
                    Assign(tuple.Targets[i], values[i], scope);
                }

                break;
        }
    }
}

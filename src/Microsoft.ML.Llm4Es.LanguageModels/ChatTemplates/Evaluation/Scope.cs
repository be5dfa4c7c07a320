namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Variables by name; those of the scopes around it are visible unless hidden.</summary>
internal sealed class Scope(Scope? outer)
{
    private Dictionary<string, JinjaValue>? _variables;

    public JinjaValue? Find(string name)
    {
        for (Scope? scope = this; scope is not null; scope = scope.Outer)
        {
            if (scope._variables is not null && scope._variables.TryGetValue(name, out JinjaValue? value))
            {
                return value;
            }
        }

        return null;
    }

    public void Set(string name, JinjaValue value) => (_variables ??= new(StringComparer.Ordinal))[name] = value;

    private Scope? Outer => outer;
}

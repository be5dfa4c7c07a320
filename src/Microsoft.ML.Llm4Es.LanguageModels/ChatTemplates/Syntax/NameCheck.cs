namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Checks that the filters and tests that a template names exist. Jinja does so before rendering, except inside conditions, where only one that is reached fails.</summary>
internal sealed class NameCheck
{
    private readonly List<(string Message, int Line)> _unknown = [];

    /// <summary>Gets or sets whether what is parsed now is inside a condition.</summary>
    public bool IsConditional { get; set; }

    public void CheckFilter(string name, int line) => Check(JinjaFilters.Exists(name), $"No filter named '{name}'.", line);

    public void CheckTest(string name, int line) => Check(JinjaTests.Exists(name), $"No test named '{name}'.", line);

    public int Mark() => _unknown.Count;

    /// <summary>Forgets what was found since <paramref name="mark"/>, which has turned out to be inside a conditional expression.</summary>
    public void ForgetSince(int mark) => _unknown.RemoveRange(mark, _unknown.Count - mark);

    public void ThrowIfUnknown()
    {
        if (_unknown.Count > 0)
        {
            throw ChatTemplateException.Syntax(_unknown[0].Message, _unknown[0].Line);
        }
    }

    private void Check(bool exists, string message, int line)
    {
        if (!exists && !IsConditional)
        {
            _unknown.Add((message, line));
        }
    }
}

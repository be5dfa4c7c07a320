using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What one rendering shares: the clock, and the account of the steps, text and depth that it has used.</summary>
internal sealed class RenderContext
{
    private readonly ChatTemplateLimits _limits;
    private long _steps;
    private int _depth;

    public RenderContext(ChatTemplateLimits limits, DateTime now)
    {
        _limits = limits;
        Now = now;
        Equality = new PythonEquality(this);
    }

    public DateTime Now { get; }

    public PythonEquality Equality { get; }

    /// <summary>Gets or sets the line of the statement that is being executed.</summary>
    public int? Line { get; set; }

    /// <summary>Counts steps; throws when there were too many.</summary>
    public void Spend(long steps)
    {
        _steps += steps;
        if (_steps > _limits.MaxSteps)
        {
            throw ChatTemplateException.Limit($"The template needs more than {_limits.MaxSteps} steps; raise ChatTemplateLimits.MaxSteps if it is trusted.");
        }
    }

    /// <summary>Counts text that is about to be made or searched, so that no operation makes more of it than allowed.</summary>
    public void SpendText(long length)
    {
        CheckTextLength(length);
        Spend(1 + (length / 8));
    }

    /// <summary>Throws when a text would be longer than allowed.</summary>
    public void CheckTextLength(long length)
    {
        if (length > _limits.MaxTextLength)
        {
            throw ChatTemplateException.Limit($"The template makes a text of more than {_limits.MaxTextLength} characters; raise ChatTemplateLimits.MaxTextLength if it is trusted.");
        }
    }

    /// <summary>Goes a level deeper until <see cref="Leave"/>. An exception ends the rendering, so it need not leave.</summary>
    public void Enter()
    {
        if (++_depth > _limits.MaxDepth)
        {
            throw ChatTemplateException.NestedTooDeeply();
        }

        RuntimeHelpers.EnsureSufficientExecutionStack();
        Spend(1);
    }

    public void Leave() => _depth--;

    /// <summary>Makes a list of values while counting them.</summary>
    public List<JinjaValue> Collect(IEnumerable<JinjaValue> values)
    {
        var list = new List<JinjaValue>();
        foreach (JinjaValue value in values)
        {
            Spend(1);
            list.Add(value);
        }

        return list;
    }
}

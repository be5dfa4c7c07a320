namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A value of a template, with the behaviour of its counterpart in Python. The subclasses in this folder are all that there are.</summary>
internal abstract class JinjaValue
{
    /// <summary>Gets the name of the type in Python, for messages.</summary>
    public abstract string TypeName { get; }

    /// <summary>Gets Python's truth value.</summary>
    public virtual bool IsTrue => true;

    /// <summary>Gets what Python's <c>len</c> gives; null for a type that has none.</summary>
    public virtual int? Length => null;

    public virtual bool IsCallable => false;

    /// <summary>Whether the value can be a key of a dictionary.</summary>
    public virtual bool IsHashable => true;

    /// <summary>Provides the elements; null for a type that is not iterable.</summary>
    public virtual IEnumerable<JinjaValue>? Elements => null;

    /// <summary>Provides the elements from the last to the first; null for a type that cannot be reversed.</summary>
    public virtual IEnumerable<JinjaValue>? ElementsReversed => null;

    /// <summary>Provides <c>value[key]</c>; null where Python raises a TypeError or LookupError.</summary>
    public virtual JinjaValue? FindItem(JinjaValue key, RenderContext context) => null;

    /// <summary>Provides <c>value.name</c>; null where Python raises an AttributeError.</summary>
    public virtual JinjaValue? FindAttribute(string name) => null;

    public virtual JinjaValue Call(CallArguments arguments)
    {
        ThrowIfUndefined();
        throw ChatTemplateException.Evaluation($"'{TypeName}' object is not callable");
    }

    /// <summary>Writes Python's <c>repr</c>.</summary>
    public abstract void WriteRepresentation(OutputBuffer output);

    /// <summary>Writes Python's <c>str</c>.</summary>
    public virtual void WriteText(OutputBuffer output) => WriteRepresentation(output);

    public string ToText(RenderContext context)
    {
        var output = new OutputBuffer(context);
        WriteText(output);
        return output.ToString();
    }

    public string ToRepresentation(RenderContext context)
    {
        var output = new OutputBuffer(context);
        WriteRepresentation(output);
        return output.ToString();
    }

    /// <summary>Provides the elements, or throws as Python does for a type that is not iterable.</summary>
    public IEnumerable<JinjaValue> RequireElements() => Elements ?? throw ChatTemplateException.Evaluation($"'{TypeName}' object is not iterable");

    public int RequireLength() => Length ?? throw ChatTemplateException.Evaluation($"object of type '{TypeName}' has no len()");

    /// <summary>Throws where the value is undefined and is used for more than printing, iterating or testing.</summary>
    public virtual void ThrowIfUndefined()
    {
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Why a chat template could not be parsed or rendered.</summary>
public enum ChatTemplateError
{
    /// <summary>The template's text is not valid Jinja.</summary>
    Syntax,

    /// <summary>An expression could not be evaluated, for example an operation on an undefined variable.</summary>
    Evaluation,

    /// <summary>The template itself refused its inputs by calling <c>raise_exception</c>; the message is the template's own.</summary>
    Raised,

    /// <summary>The template needed more steps, text or nesting than <see cref="ChatTemplateLimits"/> allows.</summary>
    Limit,
}

/// <summary>The one exception that parsing and rendering a chat template throws.</summary>
public sealed class ChatTemplateException : Exception
{
    internal ChatTemplateException(ChatTemplateError error, string message, int? line = null, Exception? cause = null)
        : base(message, cause)
    {
        Error = error;
        Line = line;
    }

    /// <summary>Gets what kind of error it is.</summary>
    public ChatTemplateError Error { get; }

    /// <summary>Gets the line of the template, counted from 1, that was being parsed or rendered; null where it is not known.</summary>
    public int? Line { get; internal set; }

    internal static ChatTemplateException Syntax(string message, int line) => new(ChatTemplateError.Syntax, message, line);

    internal static ChatTemplateException Evaluation(string message) => new(ChatTemplateError.Evaluation, message);

    internal static ChatTemplateException Limit(string message) => new(ChatTemplateError.Limit, message);

    internal static ChatTemplateException NestedTooDeeply(Exception? cause = null) =>
        new(ChatTemplateError.Limit, "The template or its values are nested too deeply; use fewer nested expressions, blocks or macro calls.", cause: cause);
}

using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A chat template: the Jinja program beside a checkpoint (<c>chat_template</c> of <c>tokenizer_config.json</c>, or <c>chat_template.jinja</c>) that writes messages as the text that the model was tuned on.
/// </summary>
/// <remarks>
/// Equal to Jinja2 as transformers sets it up: <c>trim_blocks</c>, <c>lstrip_blocks</c>, the immutable sandbox, loop controls, <c>generation</c> blocks, <c>raise_exception</c>,
/// <c>strftime_now</c> and a <c>tojson</c> that does not escape HTML. A template can only make text: its values are a closed set of types, it reaches no .NET object and no file,
/// and <see cref="ChatTemplateLimits"/> bounds its work. Left out, with an error that says so: other templates (<c>include</c>, <c>import</c>, <c>extends</c>), automatic escaping, and the
/// filters <c>pprint</c>, <c>random</c>, <c>urlize</c> and <c>wordwrap</c>. An instance is immutable and may be used by many threads at a time.
/// </remarks>
public sealed class ChatTemplate
{
    private readonly IReadOnlyList<JinjaStatement> _statements;
    private readonly ChatTemplateLimits _limits;

    private ChatTemplate(IReadOnlyList<JinjaStatement> statements, ChatTemplateLimits limits)
    {
        _statements = statements;
        _limits = limits;
    }

    /// <summary>Parses a template.</summary>
    /// <param name="template">The text of the template.</param>
    /// <param name="limits">Bounds on each rendering; by default <see cref="ChatTemplateLimits.Default"/>.</param>
    /// <exception cref="ChatTemplateException">The text is not valid Jinja; the message says what was found and expected, <see cref="ChatTemplateException.Line"/> where.</exception>
    public static ChatTemplate Parse(string template, ChatTemplateLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(template);
        try
        {
            IReadOnlyList<JinjaToken> tokens = JinjaLexer.Tokenize(template);
            return new ChatTemplate(new StatementParser(tokens).ParseTemplate(), limits ?? ChatTemplateLimits.Default);
        }
        catch (InsufficientExecutionStackException cause)
        {
            throw ChatTemplateException.NestedTooDeeply(cause);
        }
    }

    /// <summary>Renders messages of plain text.</summary>
    /// <param name="messages">The messages, oldest first.</param>
    /// <param name="addGenerationPrompt">Whether the text ends with what starts an assistant's turn.</param>
    /// <param name="variables">Further variables, such as the special tokens; see <see cref="ChatTemplateInputs.Variables"/>.</param>
    /// <exception cref="ChatTemplateException">The template refused the messages, failed on them or went over its limits.</exception>
    public string Render(IEnumerable<TemplateMessage> messages, bool addGenerationPrompt = false, JsonObject? variables = null)
    {
        ArgumentNullException.ThrowIfNull(messages);
        return Render(new ChatTemplateInputs
        {
            Messages = [.. messages.Select(message => message.ToJson())],
            AddGenerationPrompt = addGenerationPrompt,
            Variables = variables ?? [],
        });
    }

    /// <summary>Renders the template.</summary>
    /// <param name="inputs">The messages and everything else that the template reads.</param>
    /// <exception cref="ChatTemplateException">The template refused the inputs, failed on them or went over its limits.</exception>
    public string Render(ChatTemplateInputs inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var context = new RenderContext(_limits, inputs.Now ?? DateTime.Now);
        try
        {
            return new StatementExecutor(context).Render(_statements, Variables(inputs, context));
        }
        catch (ChatTemplateException error)
        {
            error.Line ??= context.Line;
            throw;
        }
        catch (InsufficientExecutionStackException cause)
        {
            throw ChatTemplateException.NestedTooDeeply(cause);
        }
    }

    private static Scope Variables(ChatTemplateInputs inputs, RenderContext context)
    {
        var scope = new Scope(JinjaGlobals.Create(context));
        scope.Set("messages", JsonInput.ToValue(inputs.Messages, context));
        scope.Set("tools", JsonInput.ToValue(inputs.Tools, context));
        scope.Set("documents", JsonInput.ToValue(inputs.Documents, context));
        scope.Set("add_generation_prompt", BooleanValue.Of(inputs.AddGenerationPrompt));
        foreach ((string name, JsonNode? value) in inputs.Variables)
        {
            scope.Set(name, JsonInput.ToValue(value, context));
        }

        return scope;
    }
}

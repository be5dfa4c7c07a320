using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class ChatTemplateTests
{
    private const string ChatMl =
        "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
        + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

    [Fact]
    public void Render_WritesMessagesAndGenerationPrompt()
    {
        ChatTemplate template = ChatTemplate.Parse(ChatMl);
        TemplateMessage[] messages = [new("system", "Be brief."), new("user", "Hi")];

        string text = template.Render(messages, addGenerationPrompt: true);

        Assert.Equal("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", text);
    }

    [Fact]
    public void Render_SeesVariablesToolsAndDocuments()
    {
        ChatTemplate template = ChatTemplate.Parse("{{ bos_token }}{{ tools[0].name }}{{ documents is none }}{{ enable_thinking }}");

        string text = template.Render(new ChatTemplateInputs
        {
            Tools = [new JsonObject { ["name"] = "lookup" }],
            Variables = new JsonObject { ["bos_token"] = "<s>", ["enable_thinking"] = false },
        });

        Assert.Equal("<s>lookupTrueFalse", text);
    }

    [Fact]
    public void Render_SeesNumbersOfNodesMadeInCode()
    {
        ChatTemplate template = ChatTemplate.Parse("{{ i }} {{ d }} {{ parsed }}");

        string text = template.Render([], variables: new JsonObject { ["i"] = 3, ["d"] = 3.0, ["parsed"] = JsonNode.Parse("[3, 3.0, 3e2, 123456789012345678901]") });

        Assert.Equal("3 3.0 [3, 3.0, 300.0, 123456789012345678901]", text);
    }

    [Fact]
    public void Render_WritesTheDateItIsGiven()
    {
        ChatTemplate template = ChatTemplate.Parse("Today Date: {{ strftime_now('%d %b %Y') }}");

        Assert.Equal("Today Date: 03 Feb 2025", template.Render(new ChatTemplateInputs { Now = new DateTime(2025, 2, 3) }));
    }

    [Fact]
    public void Render_ThrowsWhatTheTemplateRaises()
    {
        ChatTemplate template = ChatTemplate.Parse("ok\n{% if messages[0].role != 'user' %}\n{{ raise_exception('Only ' ~ 'users!') }}{% endif %}");

        var error = Assert.Throws<ChatTemplateException>(() => template.Render([new TemplateMessage("system", "x")]));

        Assert.Equal((ChatTemplateError.Raised, "Only users!", 3), (error.Error, error.Message, error.Line));
    }

    [Theory]
    [InlineData("{{ missing.name }}", "'missing' is undefined")]
    [InlineData("{{ 'a' + 1 }}", "can only concatenate str (not \"int\") to str")]
    [InlineData("{{ messages[0].role + 'x' }}", "list object has no element 0")]
    [InlineData("{{ [].append(1) }}", "access to attribute 'append' of 'list' object is unsafe.")]
    [InlineData("{{ ''.__class__.__mro__ }}", "access to attribute '__class__' of 'str' object is unsafe.")]
    [InlineData("{% include 'other' %}", "The tag 'include' needs another template, and a chat template stands alone: no loader is specified.")]
    public void Render_SaysWhatCouldNotBeEvaluated(string template, string message)
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template).Render([]));

        Assert.Equal((ChatTemplateError.Evaluation, message, 1), (error.Error, error.Message, error.Line));
    }

    [Theory]
    [InlineData("{{ unclosed", "unexpected end of template, expected 'end of print statement'.", 1)]
    [InlineData("\n{% if %}", "Expected an expression, got 'end of statement block'", 2)]
    [InlineData("{% for x in y %}", "unexpected end of template, expected 'endfor' or 'else'.", 1)]
    [InlineData("{% frobnicate %}", "Encountered unknown tag 'frobnicate'.", 1)]
    [InlineData("{{ x | nosuchfilter }}", "No filter named 'nosuchfilter'.", 1)]
    [InlineData("{{ (1] }}", "Unexpected ']', expected ')'.", 1)]
    [InlineData("{# a", "Missing end of comment tag, expected '#}'.", 1)]
    [InlineData("{% break %}", "'break' and 'continue' are only valid inside a for loop", 1)]
    public void Parse_SaysWhatIsWrongAndWhere(string template, string message, int line)
    {
        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template));

        Assert.Equal((ChatTemplateError.Syntax, message, line), (error.Error, error.Message, error.Line));
    }

    [Fact]
    public void Render_CanBeCalledByManyThreads()
    {
        ChatTemplate template = ChatTemplate.Parse(ChatMl);

        string[] texts = [.. Enumerable.Range(0, 64).AsParallel().AsOrdered().Select(i => template.Render([new TemplateMessage("user", $"{i}")]))];

        Assert.Equal(Enumerable.Range(0, 64).Select(i => $"<|im_start|>user\n{i}<|im_end|>\n"), texts);
    }
}

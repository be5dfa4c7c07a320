namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A template ends soon and stays small, whatever it says.</summary>
public sealed class ChatTemplateLimitsTests
{
    [Theory]
    [InlineData("{% set ns = namespace(s='x') %}{% for i in range(99999) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}")]
    [InlineData("{{ 'x' * 999999999 }}")]
    [InlineData("{{ [1] * 999999999 }}")]
    [InlineData("{{ 9 ** 9 ** 9 ** 9 ** 9 }}")]
    [InlineData("{{ 'x'.center(999999999) }}")]
    [InlineData("{{ '%999999999d' % 1 }}")]
    [InlineData("{{ '%.999999999f' % 1 }}")]
    [InlineData("{{ '{:999999999}'.format(1) }}")]
    [InlineData("{{ ('ab' * 3000).replace('', 'y' * 5000) }}")]
    [InlineData("{{ ('y' * 5000).join('ab' * 3000) }}")]
    [InlineData("{{ range(999999999) }}")]
    [InlineData("{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=(1,), y=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% set ns.y = (ns.y, ns.y) %}{% endfor %}{{ ns.x == ns.y }}")]
    [InlineData("{% set ns = namespace(x=(1,)) %}{% for i in range(60) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ {ns.x: 1} }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(20000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x|tojson }}")]
    [InlineData("{% set ns = namespace() %}{% set ns.ns = ns %}{{ ns }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}")]
    [InlineData("{{ [1]|batch(999999999, 0)|list }}")]
    public void Render_StopsAtTheLimits(string template)
    {
        var limits = new ChatTemplateLimits { MaxSteps = 1_000_000 };

        var error = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(template, limits).Render([]));

        Assert.Equal(ChatTemplateError.Limit, error.Error);
    }

    [Fact]
    public void Parse_StopsAtDeepNesting()
    {
        var parentheses = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ " + new string('(', 100_000)));
        var blocks = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse(string.Concat(Enumerable.Repeat("{% if x %}", 100_000))));
        var negations = Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ +" + string.Concat(Enumerable.Repeat("-", 100_000)) + "1 }}"));

        Assert.All([parentheses, blocks, negations], error => Assert.Equal(ChatTemplateError.Limit, error.Error));
    }

    [Fact]
    public void Render_StopsAtALongChainOfOperators()
    {
        ChatTemplate template = ChatTemplate.Parse("{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 100_000)) + " }}");

        Assert.Equal(ChatTemplateError.Limit, Assert.Throws<ChatTemplateException>(() => template.Render([])).Error);
    }

    [Fact]
    public void Render_HonoursItsOwnLimits()
    {
        TemplateMessage[] messages = [new("user", new string('x', 100))];

        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ messages[0].content }}", new() { MaxTextLength = 99 }).Render(messages));
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ messages[0].content }}", new() { MaxSteps = 3 }).Render(messages));
        Assert.Throws<ChatTemplateException>(() => ChatTemplate.Parse("{{ messages[0].content }}", new() { MaxDepth = 2 }).Render(messages));
        Assert.Equal(100, ChatTemplate.Parse("{{ messages[0].content }}", new() { MaxTextLength = 100 }).Render(messages).Length);
    }

    [Fact]
    public void Limits_RejectValuesOutOfRange()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatTemplateLimits { MaxSteps = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatTemplateLimits { MaxTextLength = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new ChatTemplateLimits { MaxDepth = 10_001 });
    }
}

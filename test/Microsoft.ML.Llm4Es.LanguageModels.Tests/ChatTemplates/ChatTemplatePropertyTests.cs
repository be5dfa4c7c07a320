using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Random templates render within their limits, or fail with the one exception that is documented.</summary>
public sealed class ChatTemplatePropertyTests
{
    private static readonly ChatTemplateLimits Small = new() { MaxSteps = 5000, MaxTextLength = 5000, MaxDepth = 100 };

    private static readonly string[] Fragments =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", "{{-", "-%}", "\n", " ", "text", "é😀", "if ", "elif ", "else", "endif", "for ", "in ", "endfor", "set ", "endset",
        "macro m(", "endmacro", "call ", "endcall", "filter ", "endfilter", "raw", "endraw", "with ", "endwith", "break", "continue", "recursive", "generation", "endgeneration",
        "x", "messages", "loop", "loop(", "ns", "namespace(", "range(", "dict(", "caller()", "m(", ")", "(", "[", "]", "{", "}", ",", ":", ".", "=", "|", "~", "*", "**", "/", "//",
        "%", "==", "<", "is ", "not ", "and ", "or ", "1", "0", "-1", "99999999", "2.5", "1e308", "'a'", "'%s%d'", "'{:>9}'", "none", "true", "upper", "join", "tojson", "sort", "map(",
        "select", "list", "length", "format(", "replace(", "split(", "center(", "batch(", "indent(", "groupby(", "defined", "mapping", "items()", "role",
    ];

    private static readonly string[] Operands =
        ["x", "messages", "missing", "none", "true", "0", "3", "-7", "1e300", "10 ** 9", "''", "'ab c'", "'%5s'", "[]", "[1, 'b', none]", "{'a': [1]}", "(1,)", "range(9)", "x.items", "'😀'"];

    // L and R stand for the operands.
    private static readonly string[] Operations =
    [
        "(L + R)", "(L - R)", "(L * R)", "(L / R)", "(L // R)", "(L % R)", "(L ** R)", "(L ~ R)", "(L < R)", "(L in R)", "(L == R)", "(L if R else x)",
        "L[R]", "L[R:]", "L[::R]", "[L, R]", "{'a': L, 'b': R}", "L|join(R)", "L|sort|list", "L|tojson(indent=R)", "L|string|center(R)", "L|replace(R, 'xy')",
        "L|batch(R)|list", "L|slice(R)|list", "L|round(R)", "L|int(base=R)", "L|groupby(R)", "L|map(attribute=R)|list", "L|unique|list", "L|string|indent(R)", "L|truncate(R)",
        "'%*s'|format(L, R)", "'{:{}}'.format(L, R)", "(L|string).split(R)", "(L|string).zfill(R)", "range(L, R)|list", "dict(L, b=R)", "L(R)", "L is divisibleby(R)", "(L, R)|min",
    ];

    private static readonly Gen<string> Operand = Gen.OneOf(Operands);
    private static readonly Gen<string> Simple = Combine(Operand);
    private static readonly Gen<string> Expression = Combine(Gen.OneOf(Operand, Simple, Combine(Gen.OneOf(Operand, Simple))));

    [Fact]
    public void Parse_FailsOnlyAsDocumented_ForAnyText() => Gen.String.Sample(RenderOrThrow, iter: 1000);

    [Fact]
    public void Render_FailsOnlyAsDocumented_ForTemplateFragments() =>
        Gen.OneOf(Fragments).Array[0, 25].Sample(fragments => RenderOrThrow(string.Concat(fragments)), iter: 5000);

    [Fact]
    public void Render_FailsOnlyAsDocumented_ForExpressions() =>
        Expression.Sample(expression => RenderOrThrow("{% for x in [1, " + expression + "] %}{{ " + expression + " }}{% endfor %}"), iter: 3000);

    [Fact]
    public void Render_WritesPlainTextAsItIs() =>
        Gen.OneOf("a", "b", " ", "{", "}", "%", "#", "\n", "\t", "é").Array[0, 40].Select(string.Concat).Where(IsPlain)
            .Sample(text => Assert.Equal(text.EndsWith('\n') ? text[..^1] : text, ChatTemplate.Parse(text).Render([])));

    [Fact]
    public void Render_WritesContentOfAnyCharacters() =>
        Gen.String.Sample(content => Assert.Equal(content, ChatTemplate.Parse("{{ messages[0].content }}").Render([new TemplateMessage("user", content)])));

    private static Gen<string> Combine(Gen<string> operand) => Gen.Select(Gen.OneOf(Operations), operand, operand, (operation, left, right) =>
        string.Concat(operation.Select(c => c switch { 'L' => left, 'R' => right, _ => c.ToString() })));

    private static bool IsPlain(string text) => !text.Contains("{{", StringComparison.Ordinal) && !text.Contains("{%", StringComparison.Ordinal) && !text.Contains("{#", StringComparison.Ordinal);

    private static void RenderOrThrow(string template)
    {
        try
        {
            string text = ChatTemplate.Parse(template, Small).Render([new TemplateMessage("user", "Hello, ‘world’ 😀")]);
            Assert.True(text.Length <= Small.MaxTextLength);
        }
        catch (ChatTemplateException)
        {
            // The one exception that is documented.
        }
    }
}

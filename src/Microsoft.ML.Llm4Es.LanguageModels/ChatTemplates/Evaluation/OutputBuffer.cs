using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Text that grows while a template is rendered, within the limits of the rendering.</summary>
internal sealed class OutputBuffer(RenderContext context)
{
    private readonly StringBuilder _text = new();

    public RenderContext Context => context;

    public OutputBuffer Append(string text)
    {
        context.CheckTextLength(_text.Length + (long)text.Length);
        context.SpendText(text.Length);
        _text.Append(text);
        return this;
    }

    public OutputBuffer Append(char character)
    {
        context.CheckTextLength(_text.Length + 1L);
        context.Spend(1);
        _text.Append(character);
        return this;
    }

    public override string ToString() => _text.ToString();
}

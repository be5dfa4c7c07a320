namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Text, whose characters are Unicode code points; <paramref name="isMarkup"/> where it is HTML that needs no escaping (Python's Markup).</summary>
internal sealed class TextValue(string text, bool isMarkup = false) : JinjaValue
{
    public static TextValue Empty { get; } = new("");

    public string Text => text;

    public bool IsMarkup => isMarkup;

    public override string TypeName => isMarkup ? "Markup" : "str";

    public override bool IsTrue => text.Length > 0;

    public override int? Length => CodePoints.Count(text);

    public override IEnumerable<JinjaValue> Elements => CodePoints.Enumerate(text).Select(character => new TextValue(character));

    public override IEnumerable<JinjaValue> ElementsReversed => CodePoints.Enumerate(CodePoints.Reverse(text)).Select(character => new TextValue(character));

    /// <summary>Provides another text that is markup where this one is.</summary>
    public TextValue WithText(string other) => new(other, isMarkup);

    public override JinjaValue? FindItem(JinjaValue key, RenderContext context)
    {
        if (PythonInteger.ToIndex(key) is not { } index)
        {
            return null;
        }

        context.SpendText(text.Length);
        string? character = CodePoints.At(text, index);
        return character is null ? null : WithText(character);
    }

    public override JinjaValue? FindAttribute(string name) => TextMethods.Find(this, name);

    public override void WriteRepresentation(OutputBuffer output)
    {
        string quoted = PythonQuoting.Quote(text);
        output.Append(isMarkup ? $"Markup({quoted})" : quoted);
    }

    public override void WriteText(OutputBuffer output) => output.Append(text);
}

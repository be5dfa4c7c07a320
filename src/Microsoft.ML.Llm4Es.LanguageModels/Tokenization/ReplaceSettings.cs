namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A section of type <c>Replace</c>, which tokenizer.json has among normalizers and decoders.</summary>
/// <param name="Pattern">The string to replace.</param>
/// <param name="Content">What to put in its place.</param>
internal readonly record struct ReplaceSettings(string Pattern, string Content)
{
    public static ReplaceSettings Read(JsonSection section)
    {
        section.AllowOnly("type", "pattern", "content");
        JsonSection pattern = section.Section("pattern");
        pattern.AllowOnly("String");
        string text = pattern.Text("String");
        if (text.Length == 0) throw pattern.Unsupported("an empty string");
        return new ReplaceSettings(text, section.Text("content"));
    }
}

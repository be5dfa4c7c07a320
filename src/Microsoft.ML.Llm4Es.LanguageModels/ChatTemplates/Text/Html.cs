using System.Net;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Escaping for HTML as MarkupSafe does it.</summary>
internal static class Html
{
    /// <summary>The value as markup: markup stays as it is, in anything else the five special characters are escaped.</summary>
    public static TextValue Escape(JinjaValue value, RenderContext context) =>
        value is TextValue { IsMarkup: true } markup ? markup : new TextValue(Escape(value.ToText(context)), isMarkup: true);

    public static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal)
        .Replace("\"", "&#34;", StringComparison.Ordinal);

    /// <summary>Removes comments and tags, makes each white space one space and decodes the entities.</summary>
    public static string StripTags(string text)
    {
        text = Remove(Remove(text, "<!--", "-->"), "<", ">");
        return WebUtility.HtmlDecode(string.Join(' ', TextSplit.SplitFromEnd(text, null, int.MaxValue)));
    }

    private static string Remove(string text, string open, string close)
    {
        var kept = new System.Text.StringBuilder();
        int start = 0;
        while (true)
        {
            int begin = text.IndexOf(open, start, StringComparison.Ordinal);
            int end = begin < 0 ? -1 : text.IndexOf(close, begin, StringComparison.Ordinal);
            if (end < 0)
            {
                return kept.Append(text, start, text.Length - start).ToString();
            }

            kept.Append(text, start, begin - start);
            start = end + close.Length;
        }
    }
}

using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The argument <c>attribute</c> of filters: names with dots between, where a number is an index.</summary>
internal static class AttributePath
{
    /// <summary>Provides what reads the attribute of an item; the item itself where <paramref name="attribute"/> is null.</summary>
    /// <param name="attribute">The path as text, or a single key of another type.</param>
    /// <param name="context">The rendering.</param>
    /// <param name="otherwise">What an undefined attribute on the path is replaced with; null to leave it undefined.</param>
    public static Func<JinjaValue, JinjaValue> Getter(JinjaValue? attribute, RenderContext context, JinjaValue? otherwise = null)
    {
        if (attribute is null)
        {
            return item => item;
        }

        IReadOnlyList<JinjaValue> keys = attribute is TextValue path ? [.. path.Text.Split('.').Select(Key)] : [attribute];
        return item =>
        {
            foreach (JinjaValue key in keys)
            {
                item = ValueAccess.Item(item, key, context);
                if (item is UndefinedValue && otherwise is not null)
                {
                    item = otherwise;
                }
            }

            return item;
        };
    }

    private static JinjaValue Key(string part) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? new IntegerValue(index) : new TextValue(part);
}

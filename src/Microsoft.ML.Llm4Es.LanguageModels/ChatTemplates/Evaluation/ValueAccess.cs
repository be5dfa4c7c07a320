namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Attributes, elements and slices of values as Jinja's immutable sandbox looks them up.</summary>
internal static class ValueAccess
{
    /// <summary>Evaluates <c>target.name</c>: an attribute or method, else the element of that key, else undefined.</summary>
    public static JinjaValue Attribute(JinjaValue target, string name, RenderContext context) =>
        SafeAttribute(target, name)
        ?? target.FindItem(new TextValue(name), context)
        ?? UndefinedValue.Attribute(target, name);

    /// <summary>Evaluates <c>target[key]</c>: the element of that key, else the attribute or method of that name, else undefined.</summary>
    public static JinjaValue Item(JinjaValue target, JinjaValue key, RenderContext context) =>
        target.FindItem(key, context)
        ?? (key is TextValue name ? SafeAttribute(target, name.Text) : null)
        ?? UndefinedValue.Element(target, key, context);

    /// <summary>The attribute or method of that name, null where there is none; private ones cannot be used.</summary>
    public static JinjaValue? SafeAttribute(JinjaValue target, string name)
    {
        bool isPrivate = name.StartsWith('_');
        bool isSpecial = isPrivate && name.StartsWith("__", StringComparison.Ordinal) && name.EndsWith("__", StringComparison.Ordinal);
        JinjaValue? attribute = target.FindAttribute(name);
        return isSpecial || (isPrivate && attribute is not null) ? UndefinedValue.Unsafe(target, name) : attribute;
    }

    /// <summary>Evaluates <c>target[start:stop:step]</c>.</summary>
    public static JinjaValue Slice(JinjaValue target, JinjaValue start, JinjaValue stop, JinjaValue step, RenderContext context)
    {
        target.ThrowIfUndefined();
        switch (target)
        {
            case TextValue text:
                context.SpendText(text.Text.Length);
                int length = CodePoints.Count(text.Text);
                (int first, int count, int stride) = Range(start, stop, step, length);
                return text.WithText(stride == 1 ? CodePoints.Substring(text.Text, first, first + count) : Pick(text.Text, first, count, stride));
            case SequenceValue sequence:
                return sequence.With(context.Collect(Pick(sequence.Items, Range(start, stop, step, sequence.Items.Count))));
            case RangeValue range:
                (int from, int size, int distance) = Range(start, stop, step, range.Count);
                return range.Slice(from, size, distance);
            default:
                throw ChatTemplateException.Evaluation($"'{target.TypeName}' object cannot be sliced");
        }
    }

    private static string Pick(string text, int first, int count, int stride)
    {
        string[] characters = [.. CodePoints.Enumerate(text)];
        return string.Concat(Enumerable.Range(0, count).Select(i => characters[first + (i * stride)]));
    }

    private static IEnumerable<JinjaValue> Pick(IReadOnlyList<JinjaValue> items, (int First, int Count, int Stride) range) =>
        Enumerable.Range(0, range.Count).Select(i => items[range.First + (i * range.Stride)]);

    /// <summary>The first index, the number of elements and the distance between them, as Python's <c>slice.indices</c> gives.</summary>
    private static (int First, int Count, int Stride) Range(JinjaValue start, JinjaValue stop, JinjaValue step, int length)
    {
        int stride = Bound(step) ?? 1;
        if (stride == 0)
        {
            throw ChatTemplateException.Evaluation("slice step cannot be zero");
        }

        int lowest = stride < 0 ? -1 : 0;
        int highest = stride < 0 ? length - 1 : length;
        int Clip(int index) => Math.Clamp(index < 0 ? index + length : index, lowest, Math.Max(highest, lowest));

        int first = Bound(start) is { } from ? Clip(from) : stride < 0 ? highest : lowest;
        int last = Bound(stop) is { } to ? Clip(to) : stride < 0 ? lowest : highest;
        int distance = stride < 0 ? first - last : last - first;
        int count = distance <= 0 ? 0 : ((distance - 1) / Math.Abs(stride)) + 1;
        return (first, count, stride);
    }

    private static int? Bound(JinjaValue value)
    {
        value.ThrowIfUndefined();
        return value is NoneValue ? null
            : PythonInteger.ToIndex(value) ?? throw ChatTemplateException.Evaluation("slice indices must be integers or None");
    }
}

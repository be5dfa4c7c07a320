namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Python's order of values, counted as steps: numbers, texts by code points, lists and tuples by their elements; other pairs have none.</summary>
internal sealed class PythonOrder(RenderContext context)
{
    /// <summary>Sorts as Python's <c>sorted</c>: items with equal keys keep their order, also where the order is reversed.</summary>
    public IReadOnlyList<T> Sort<T>(IEnumerable<T> items, Func<T, JinjaValue> key, bool isReversed = false)
    {
        (T Item, JinjaValue Key)[] sorted = [.. items.Select(item => (item, key(item)))];
        var merged = new (T Item, JinjaValue Key)[sorted.Length];
        for (int width = 1; width < sorted.Length; width *= 2)
        {
            for (int start = 0; start < sorted.Length; start += 2 * width)
            {
                int middle = Math.Min(start + width, sorted.Length);
                int end = Math.Min(middle + width, sorted.Length);
                Merge(sorted.AsSpan(start, middle - start), sorted.AsSpan(middle, end - middle), merged.AsSpan(start), isReversed);
            }

            (sorted, merged) = (merged, sorted);
        }

        return [.. sorted.Select(pair => pair.Item)];
    }

    /// <summary>Evaluates <c>&lt;</c>, <c>&lt;=</c>, <c>&gt;</c> or <c>&gt;=</c>.</summary>
    public bool Evaluate(string symbol, JinjaValue left, JinjaValue right) => symbol switch
    {
        "<" or "<=" => IsLess(symbol, left, right),
        ">" => IsLess("<", right, left, symbol),
        _ => IsLess("<=", right, left, symbol),
    };

    private void Merge<T>(ReadOnlySpan<(T Item, JinjaValue Key)> first, ReadOnlySpan<(T Item, JinjaValue Key)> second, Span<(T Item, JinjaValue Key)> merged, bool isReversed)
    {
        int i = 0;
        int j = 0;
        while (i < first.Length || j < second.Length)
        {
            bool takesSecond = i == first.Length
                || (j < second.Length && (isReversed ? IsLess("<", first[i].Key, second[j].Key) : IsLess("<", second[j].Key, first[i].Key)));
            merged[i + j] = takesSecond ? second[j] : first[i];
            i += takesSecond ? 0 : 1;
            j += takesSecond ? 1 : 0;
        }
    }

    private bool IsLess(string symbol, JinjaValue left, JinjaValue right, string? written = null)
    {
        context.Spend(1);
        bool orEqual = symbol == "<=";
        switch (left, right)
        {
            case (TextValue a, TextValue b):
                int order = CodePoints.Compare(a.Text, b.Text);
                return orEqual ? order <= 0 : order < 0;
            case (ListValue a, ListValue b):
                return SequenceIsLess(symbol, a.Items, b.Items, orEqual, written);
            case (TupleValue a, TupleValue b):
                return SequenceIsLess(symbol, a.Items, b.Items, orEqual, written);
        }

        if (PythonOperators.ToInteger(left) is { } m && PythonOperators.ToInteger(right) is { } n)
        {
            return orEqual ? m <= n : m < n;
        }

        if (PythonOperators.ToDouble(left) is { } x && PythonOperators.ToDouble(right) is { } y)
        {
            return orEqual ? x <= y : x < y;
        }

        left.ThrowIfUndefined();
        right.ThrowIfUndefined();
        (JinjaValue first, JinjaValue second) = written is null ? (left, right) : (right, left);
        throw ChatTemplateException.Evaluation($"'{written ?? symbol}' not supported between instances of '{first.TypeName}' and '{second.TypeName}'");
    }

    private bool SequenceIsLess(string symbol, IReadOnlyList<JinjaValue> left, IReadOnlyList<JinjaValue> right, bool orEqual, string? written)
    {
        context.Enter();
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            if (!context.Equality.Equals(left[i], right[i]))
            {
                bool isLess = IsLess(symbol, left[i], right[i], written);
                context.Leave();
                return isLess;
            }
        }

        context.Leave();
        return orEqual ? left.Count <= right.Count : left.Count < right.Count;
    }
}

namespace Microsoft.ML.Llm4Es.Conformance;

/// <summary>Equality of rows; floats may differ by rounding, since other rows in the batch may have been computed with them.</summary>
internal static class RowAssert
{
    private const float Tolerance = 1e-4f;

    public static void Equal(IReadOnlyList<Row> expected, IReadOnlyList<Row> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((Row first, Row second) in expected.Zip(actual))
        {
            Assert.Equal(first.Position, second.Position);
            EqualValues(first, second);
        }
    }

    /// <summary>The values of the columns that both rows have, and the id.</summary>
    public static void EqualValues(Row expected, Row actual)
    {
        Assert.Equal(expected.Id, actual.Id);
        foreach ((string column, Array values) in actual.Values)
        {
            if (expected.Values.TryGetValue(column, out Array? others)) EqualValues(column, others, values);
        }
    }

    private static void EqualValues(string column, Array expected, Array actual)
    {
        Assert.True(expected.Length == actual.Length, $"{column}: {expected.Length} and {actual.Length} values");
        for (int i = 0; i < expected.Length; i++)
        {
            bool isClose = expected.GetValue(i) is float first && actual.GetValue(i) is float second && Math.Abs(first - second) <= Tolerance;
            if (!isClose) Assert.Equal(expected.GetValue(i), actual.GetValue(i));
        }
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class EntityFieldsTests
{
    [Fact]
    public void OfTexts_KeepsFewValuesInOrder()
    {
        EntityField field = EntityFields.OfTexts("kids", ["2", "10", "", "2"]);

        Assert.Equal(["2", "10", "(none)"], field.Values);
        Assert.Equal([0, 1, 2, 0], field.ValueOf);
    }

    [Fact]
    public void OfTexts_PutsRareValuesTogether()
    {
        string[] values = [.. Enumerable.Range(0, 20).SelectMany(i => Enumerable.Repeat($"v{i}", 20 - i))];

        EntityField field = EntityFields.OfTexts("job", values);

        Assert.Equal(["v0", "v1", "v2", "v3", "v4", "v5", "v6", "(others)"], field.Values);
        Assert.Equal(7, field.ValueOf[^1]);
    }

    [Fact]
    public void OfTexts_PutsRangesInOrder()
    {
        string[] ranges = ["100-124K", "25-34K", "35-49K", "50-74K", "150-174K", "250K+", "5-9K", "75-99K", "125-149K"];
        string[] values = [.. ranges.SelectMany((range, i) => Enumerable.Repeat(range, i < 7 ? 10 + i : 1))];

        EntityField field = EntityFields.OfTexts("income", values);

        Assert.Equal(["5-9K", "25-34K", "35-49K", "50-74K", "100-124K", "150-174K", "250K+", "(others)"], field.Values);
        Assert.Equal("100-124K", field.Values[field.ValueOf[0]]);
    }

    [Fact]
    public void OfTexts_HasNoValueTwice()
    {
        string[] values = [.. Enumerable.Range(0, 20).SelectMany(i => Enumerable.Repeat($"v{i}", 20 - i)), "other", EntityFields.Other, EntityFields.Missing, ""];

        EntityField field = EntityFields.OfTexts("job", values);

        Assert.Equal(field.Values.Distinct(), field.Values);
        Assert.Equal(field.ValueOf[^1], field.ValueOf[^2]);
        Assert.Equal(EntityFields.Other, field.Values[field.ValueOf[^3]]);
    }

    [Fact]
    public void OfTexts_PutsManyNumbersIntoRanges()
    {
        EntityField field = EntityFields.OfTexts("age", [.. Enumerable.Range(1, 100).Select(age => $"{age}")]);

        Assert.Equal(["1 to 20", "21 to 40", "41 to 60", "61 to 80", "81 to 100"], field.Values);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(i / 20, field.ValueOf[i]));
    }

    [Fact]
    public void OfNumbers_HasFewerRangesWhereManyAreEqual()
    {
        EntityField field = EntityFields.OfNumbers("events", [1, 1, 1, 1, 1, 1, 2, 3, 4, 5, double.NaN]);

        Assert.Equal("1", field.Values[0]);
        Assert.Equal(EntityFields.Missing, field.Values[field.ValueOf[^1]]);
        Assert.Equal(field.Values.Distinct(), field.Values);
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class DownstreamEvaluationCheckTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Check_OfAMissingColumnSaysWhichThereAre()
    {
        var exception = Assert.Throws<ArgumentException>(() => Check([new("1", 0)], label: "Other"));

        Assert.Contains("There is no column 'Other'. The data has: Label, Fold", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("The label 'Label' is missing in 2 of 12 rows, the first is row 3.", "0", "1", "", "0", "1", "", "0", "1", "0", "1", "0", "1")]
    [InlineData("The label 'Label' has one class only (yes).", "yes", "yes", "yes")]
    [InlineData("The label 'Label' has 1 rows with 'b', fewer than the 5 folds.", "a", "a", "a", "a", "a", "a", "b")]
    public void Check_OfLabelsSaysWhatIsWrong(string expected, params string[] labels)
    {
        var exception = Assert.Throws<InvalidDataException>(() => Check([.. labels.Select(label => new Row(label, 0))], fold: null));

        Assert.StartsWith(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfALabelThatIsNoClassSaysSo()
    {
        Row[] rows = [.. Enumerable.Range(0, 101).Select(i => new Row($"v{i:000}", 0))];

        Assert.StartsWith("The label 'Label' has 101 different values in 101 rows, such as v000, v001, v002; that is no class.",
            Assert.Throws<InvalidDataException>(() => Check(rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Fold '1' has no positives (Label = 1)", "0:0", "1:0", "0:1", "0:1", "0:2", "1:2")]
    [InlineData("Fold '2' has no negatives (Label = 0)", "0:0", "1:0", "0:1", "1:1", "1:2", "1:2")]
    [InlineData("The fold column 'Fold' has one fold only (0)", "0:0", "1:0", "0:0")]
    [InlineData("The fold column 'Fold' has 4 folds for 4 rows", "0:0", "1:1", "0:2", "1:3")]
    [InlineData("The fold 'Fold' is missing in row 2", "0:0", "1:NaN", "0:1", "1:1")]
    public void Check_OfFoldsSaysWhatIsWrong(string expected, params string[] rows)
    {
        Row[] parsed = [.. rows.Select(row => row.Split(':')).Select(pair => new Row(pair[0], float.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture)))];

        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => Check(parsed)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10", "9", "10")]
    [InlineData("no", "yes", "yes")]
    [InlineData("False", "True", "True")]
    public void Labels_HaveTheLargerAsPositive(string first, string second, string positive) =>
        Assert.Equal(positive, ClassLabels.Parse("Label", [first, second]).Names[1]);

    [Theory]
    [InlineData("The label 'Label' is 'many' in row 2; a number is expected.", "1", "many", "3")]
    [InlineData("The label 'Label' is 4 in all 3 rows", "4", "4", "4")]
    public void Check_OfNumbersSaysWhatIsWrong(string expected, params string[] labels)
    {
        IDataView rows = _ml.Data.LoadFromEnumerable(labels.Select(label => new Row(label, 0)).ToArray());
        var evaluation = new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions { Label = nameof(Row.Label), LabelKind = LabelKind.Number });

        Assert.StartsWith(expected, Assert.Throws<InvalidDataException>(() => evaluation.Check(rows)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfAMissingGroupSaysSo()
    {
        Row[] rows = [.. Enumerable.Range(0, 20).Select(i => new Row(i % 2 == 0 ? "a" : "b", i == 3 ? float.NaN : i))];
        var evaluation = new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions { Label = nameof(Row.Label), Group = nameof(Row.Fold) });

        Assert.StartsWith("The group 'Fold' is missing in 1 of 20 rows, the first is row 4. Fill it in",
            Assert.Throws<InvalidDataException>(() => evaluation.Check(_ml.Data.LoadFromEnumerable(rows))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Check_OfAFoldOfEqualNumbersSaysSo()
    {
        Row[] rows = [.. Enumerable.Range(0, 12).Select(i => new Row(i < 6 ? "1.5" : $"{i}", i < 6 ? 0 : 1))];
        var evaluation = new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions { Label = nameof(Row.Label), LabelKind = LabelKind.Number, Fold = nameof(Row.Fold) });

        Assert.StartsWith("Fold '0' has no two different numbers of Label, so it has no R2. Assign the folds anew",
            Assert.Throws<InvalidDataException>(() => evaluation.Check(_ml.Data.LoadFromEnumerable(rows))).Message, StringComparison.Ordinal);
    }

    private void Check(Row[] rows, string label = nameof(Row.Label), string? fold = nameof(Row.Fold)) =>
        new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions { Label = label, Fold = fold }).Check(_ml.Data.LoadFromEnumerable(rows));

    private sealed class Row(string label, float fold)
    {
        public string Label { get; } = label;

        public float Fold { get; } = fold;
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.Conformance;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

/// <summary>What logistic regression and its blend with LightGBM have in common.</summary>
public sealed class TrainerTests : DrawnRows
{
    public static TheoryData<string> Kinds => ["logistic", "blend"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfTwoClassesRanksThem(string kind)
    {
        IDataView scored = Trainer(kind).Fit(Rows<bool>(300, seed: 1)).Transform(Rows<bool>(300, seed: 2));

        CalibratedBinaryClassificationMetrics metrics = Ml.BinaryClassification.Evaluate(scored);
        Assert.InRange(metrics.AreaUnderRocCurve, 0.9, 1);
        Assert.InRange(metrics.LogLossReduction, 0.3, 1);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfMoreClassesGivesProbabilitiesAndNames(string kind)
    {
        ITransformer names = Ml.Transforms.Conversion.MapKeyToValue("PredictedLabel").Fit(Trainer(kind).Fit(Keys(300, seed: 1)).Transform(Keys(300, seed: 1)));
        IDataView scored = Trainer(kind).Fit(Keys(300, seed: 1)).Transform(Keys(300, seed: 2));

        Assert.InRange(Ml.MulticlassClassification.Evaluate(scored).MacroAccuracy, 0.75, 1);
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-4));
        float[][] all = [.. scored.GetColumn<float[]>("Score")];
        Assert.Equal(all.Select(scores => $"class {Array.IndexOf(scores, scores.Max())}"), names.Transform(scored).GetColumn<string>("PredictedLabel"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_GivesTheColumnsThatTheSchemaTellsOf(string kind)
    {
        foreach (IDataView rows in new[] { Rows<bool>(100, seed: 1), Keys(100, seed: 1) })
        {
            SchemaShape told = Trainer(kind).GetOutputSchema(SchemaShapes.Of(rows.Schema));

            Assert.Equal(SchemaShapes.Describe(SchemaShapes.Of(Trainer(kind).Fit(rows).GetOutputSchema(rows.Schema))).Order(), SchemaShapes.Describe(told).Order());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Save_KeepsWhatIsPredicted(string kind)
    {
        foreach (IDataView rows in new[] { Rows<bool>(100, seed: 1), Keys(100, seed: 1) })
        {
            ITransformer fitted = Trainer(kind).Fit(rows);
            using var stream = new MemoryStream();
            Ml.Model.Save(fitted, rows.Schema, stream);
            stream.Position = 0;

            // As someone without this library would: nothing of it is registered in the context.
            ITransformer loaded = new MLContext().Model.Load(stream, out _);

            Assert.Equal(Scores(fitted.Transform(rows)), Scores(loaded.Transform(rows)));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfTheSameRowsGivesTheSameModel(string kind) =>
        Assert.Equal(Scores(Trainer(kind).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))), Scores(Trainer(kind).Fit(Rows<bool>(200, seed: 1)).Transform(Rows<bool>(50, seed: 2))));

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfANumberSaysWhatIsExpected(string kind) =>
        Assert.Contains("a boolean, or a key", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(Rows<float>(20, seed: 1))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_WithoutTheLabelNamesTheColumns(string kind)
    {
        IDataView rows = Ml.Transforms.DropColumns("Label").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("no label column 'Label'. Columns: Features", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_WithoutTheFeaturesNamesTheColumns(string kind)
    {
        IDataView rows = Ml.Transforms.DropColumns("Features").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("no feature column 'Features'. Columns: Label", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Fit_OfFeaturesThatAreNoVectorSaysWhatIsExpected(string kind)
    {
        IDataView rows = Ml.Transforms.CopyColumns("Features", "Label").Fit(Rows<bool>(20, seed: 1)).Transform(Rows<bool>(20, seed: 1));

        Assert.Contains("'Features' are Boolean; a vector of floats is expected", Assert.Throws<ArgumentException>(() => Trainer(kind).Fit(rows)).Message, StringComparison.Ordinal);
    }
}

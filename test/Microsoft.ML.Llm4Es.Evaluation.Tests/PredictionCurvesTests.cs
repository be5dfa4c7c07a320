namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class PredictionCurvesTests
{
    private const int Classes = 4;

    [Fact]
    public void Roc_OfMoreClassesHasTheMacroAreaBelowIt()
    {
        (EvaluatedEntities entities, double[][] scores) = Draw(200, row => row % 3);

        IReadOnlyList<MetricCurve> curves = PredictionCurves.Roc(entities, new EntityPredictions(scores));

        for (int fold = 0; fold < 3; fold++)
        {
            int[] rows = [.. Enumerable.Range(0, 200).Where(row => row % 3 == fold)];
            double expected = ClassificationMetrics.MacroRocAuc([.. rows.Select(row => (int)entities.Labels[row])], [.. rows.Select(row => scores[row])]);
            Assert.Equal(expected, curves[fold].Area, 1e-6);
        }
    }

    [Fact]
    public void Roc_LeavesOutAFoldOfOneClass()
    {
        (EvaluatedEntities entities, double[][] scores) = Draw(40, _ => 0);
        int[] folds = [.. entities.Labels.Select(label => label == 0 ? 1 : 0)];

        Assert.Single(PredictionCurves.Roc(entities with { Folds = folds }, new EntityPredictions(scores)));
    }

    private static (EvaluatedEntities Entities, double[][] Scores) Draw(int count, Func<int, int> fold)
    {
        var random = new Random(1);
        double[][] scores = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, Classes).Select(_ => (double)random.NextSingle()).ToArray())];
        double[] labels = [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(Classes))];
        return (new EvaluatedEntities(["a", "b", "c", "d"], labels, [.. Enumerable.Range(0, count).Select(fold)], new int[count]), scores);
    }
}

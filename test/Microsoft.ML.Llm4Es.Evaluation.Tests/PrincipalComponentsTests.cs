namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class PrincipalComponentsTests
{
    [Fact]
    public void Project_FindsTheDirectionsOfMostVariance()
    {
        var random = new Random(1);
        double[] along = [.. Enumerable.Range(0, 200).Select(_ => random.NextDouble() * 10)];
        float[][] rows = [.. along.Select(value => (float[])[(float)value, (float)(-2 * value), (float)random.NextDouble(), 3])];

        (float[] x, float[] y, double explainedX, double explainedY) = PrincipalComponents.Project(rows, seed: 1);

        double mean = along.Average(), sign = Math.Sign(x[0] * (along[0] - mean));
        Assert.All(x.Zip(along), pair => Assert.Equal(sign * Math.Sqrt(5) * (pair.Second - mean), pair.First, 0.2));
        Assert.InRange(explainedX, 0.98, 1);
        Assert.InRange(explainedX + explainedY, 0.999, 1.0001);
        Assert.Equal(0, y.Average(), 1e-4);
    }

    [Fact]
    public void Project_IsRepeatable()
    {
        var random = new Random(2);
        float[][] rows = [.. Enumerable.Range(0, 50).Select(_ => Enumerable.Range(0, 30).Select(_ => (float)random.NextDouble()).ToArray())];

        Assert.Equal(PrincipalComponents.Project(rows, seed: 3).X, PrincipalComponents.Project(rows, seed: 3).X);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(5, 1)]
    public void Project_OfASmallMatrixGivesACoordinateForEachRow(int rows, int length)
    {
        float[][] vectors = [.. Enumerable.Range(0, rows).Select(row => Enumerable.Repeat((float)row, length).ToArray())];

        (float[] x, float[] y, _, _) = PrincipalComponents.Project(vectors, seed: 1);

        Assert.Equal((rows, rows), (x.Length, y.Length));
        Assert.All(x.Concat(y), value => Assert.True(float.IsFinite(value)));
    }
}

using System.Text.Json;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class MaxAbsScalerTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Transform_EqualsScikitLearn()
    {
        foreach (JsonElement reference in EvaluationCases.With("fit_transformed"))
        {
            float[][] fit = Matrix(reference, "fit");
            MaxAbsScaler scaler = MaxAbsScaler.Fit(fit);

            AssertClose(Matrix(reference, "fit_transformed"), Array.ConvertAll(fit, scaler.Transform));
            AssertClose(Matrix(reference, "other_transformed"), Array.ConvertAll(Matrix(reference, "other"), scaler.Transform));
        }
    }

    [Fact]
    public void Transform_LeavesAFeatureThatWasAlwaysZero()
    {
        MaxAbsScaler scaler = MaxAbsScaler.Fit([[0, -4], [0, 2]]);

        Assert.Equal([7, 2], scaler.Transform([7, 8]));
    }

    [Fact]
    public void Fit_WithoutRowsIsAnError() => Assert.Throws<ArgumentException>(() => MaxAbsScaler.Fit([]));

    private static float[][] Matrix(JsonElement reference, string name) =>
        [.. reference.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(value => value.GetSingle()).ToArray())];

    private static void AssertClose(float[][] expected, float[][] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int row = 0; row < expected.Length; row++)
            for (int i = 0; i < expected[row].Length; i++)
                Assert.Equal(expected[row][i], actual[row][i], tolerance: 1e-6f * Math.Max(1, Math.Abs(expected[row][i])));
    }
}

using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class ContrastiveLossTests
{
    private const int Entities = 4;
    private const int Slices = 3;
    private const double Margin = 0.9;
    private const int Negatives = 2;

    [Fact]
    public void Compute_EqualsTheFormula()
    {
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        Tensor vectors = empty([Entities * Slices, 5]).normal_(0, 1, generator);

        double loss = ContrastiveLoss.Compute(vectors, Slices, Margin, Negatives).ToDouble();

        double[][] unit = [.. Enumerable.Range(0, Entities * Slices).Select(i => Unit([.. vectors[i].data<float>().Select(value => (double)value)]))];
        double expected = 0;
        for (int i = 0; i < unit.Length; i++)
        {
            double[] distances = [.. unit.Select(other => Distance(unit[i], other))];
            expected += Enumerable.Range(i + 1, unit.Length - i - 1).Where(j => j / Slices == i / Slices).Sum(j => distances[j] * distances[j]);
            expected += Enumerable.Range(0, unit.Length).Where(j => j / Slices != i / Slices).Select(j => distances[j]).Order().Take(Negatives)
                .Sum(distance => Math.Pow(Math.Max(0, Margin - distance), 2));
        }

        Assert.Equal(expected / unit.Length, loss, 1e-5);
    }

    [Fact]
    public void Compute_OfEqualVectorsHasAFiniteGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor vectors = ones([Entities * Slices, 5], requires_grad: true);

        ContrastiveLoss.Compute(vectors, Slices, Margin, Negatives).backward();

        Assert.True(vectors.grad!.isfinite().all().ToBoolean());
    }

    private static double[] Unit(double[] vector)
    {
        double length = Math.Sqrt(vector.Sum(value => value * value));
        return Array.ConvertAll(vector, value => value / length);
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}

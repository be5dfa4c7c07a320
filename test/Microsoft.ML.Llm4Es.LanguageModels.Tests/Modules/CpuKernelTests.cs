using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class CpuKernelTests
{
    // Results differ from those in 32 bit by the rounding of inputs and results to bfloat16, which keeps 8 bits.
    private const double Rounding = 1.0 / 256;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 15)]
    [InlineData(5, 48)]
    [InlineData(700, 131)]
    public void Norm_IsThatOfLibtorch(int rows, int size)
    {
        Assert.SkipUnless(CpuKernel.IsSupported, "The kernels need AVX-512.");
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor x = randn(rows, size, generator: generator) * 3, weight = randn(size, generator: generator);

        AssertClose(TorchScript.RmsNorm(x, weight, 1e-5), NormKernel.Forward(x, weight, 1e-5), Rounding);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 17)]
    [InlineData(700, 96)]
    public void GateAndResidual_AreThoseOfLibtorch(int rows, int size)
    {
        Assert.SkipUnless(CpuKernel.IsSupported, "The kernels need AVX-512.");
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor gateAndUp = (randn(rows, 2 * size, generator: generator) * 10).to(ScalarType.BFloat16);
        Tensor[] parts = gateAndUp.to(ScalarType.Float32).chunk(2, -1);
        Tensor x = randn(rows, size, generator: generator);

        Tensor actual = GateKernel.Forward(gateAndUp);

        AssertClose(nn.functional.silu(parts[0]) * parts[1], actual, Rounding);
        AssertClose(x + actual, ResidualKernel.Add(x, actual), 0);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(4, 3, 7)]
    [InlineData(64, 2, 300)]
    public void CausalSoftmax_IsThatOfLibtorch_AndNothingOfWhatComesLater(int queries, int shared, int keys)
    {
        Assert.SkipUnless(CpuKernel.IsSupported, "The kernels need AVX-512.");
        using DisposeScope scope = NewDisposeScope();
        using var generator = new Generator(1);
        Tensor scores = (randn(3, queries, shared, keys, generator: generator) * 5).to(ScalarType.BFloat16);
        Tensor later = ones(queries, keys, ScalarType.Bool).triu(keys - queries + 1).unsqueeze(1);
        Tensor expected = scores.to(ScalarType.Float32).masked_fill(later, float.NegativeInfinity).softmax(-1);
        Tensor actual = scores.masked_fill(later, float.NaN).view(3, queries * shared, keys);

        SoftmaxKernel.Causal(actual, queries);

        AssertClose(expected, actual.view(3, queries, shared, keys), Rounding);
    }

    public static TheoryData<int[], int, int, int, bool> Shapes => new()
    {
        { [1], 2, 1, 8, false },
        { [128, 128], 4, 4, 32, true },
        { [129, 127, 100, 1], 6, 2, 20, false },
        { [300, 299, 280, 20, 300], 4, 2, 64, true },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void HiddenStates_AreThoseOfTheLayersWithGradients(int[] lengths, int heads, int keyValueHeads, int headDimension, bool queryKeyNorm)
    {
        Assert.SkipUnless(CpuKernel.IsSupported, "The kernels need AVX-512.");
        LanguageModelConfiguration configuration = TinyModel.Configuration with
        {
            AttentionHeads = heads,
            KeyValueHeads = keyValueHeads,
            HeadDimension = headDimension,
            Architecture = queryKeyNorm ? LanguageModelArchitecture.Qwen3 : LanguageModelArchitecture.Llama,
            InitializerRange = 0.1,
        };
        using CausalLanguageModel model = TinyModel.Create(configuration: configuration);
        using DisposeScope scope = NewDisposeScope();
        var batch = new TokenBatch([.. lengths.Select((length, row) => (ReadOnlyMemory<int>)Enumerable.Range(row, length).Select(i => i * i % 32).ToArray())]);
        Tensor expected = model.HiddenStates(batch).detach();
        model.Precision = ComputePrecision.BFloat16;
        double withGradients = Distance(expected, model.HiddenStates(batch).detach());

        using IDisposable noGradients = no_grad();
        double withKernels = Distance(expected, model.HiddenStates(batch));

        Assert.InRange(withKernels, double.Epsilon, 1.2 * withGradients);
    }

    [Fact]
    public void HiddenStates_OfARow_DoNotDependOnTheRowsBesideIt()
    {
        Assert.SkipUnless(CpuKernel.IsSupported, "The kernels need AVX-512.");
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        int[] row = [.. Enumerable.Range(0, 200).Select(i => i * 7 % 32)];

        Tensor alone = model.HiddenStates(new([row]));
        Tensor among = model.HiddenStates(new([new int[210], row, new int[230], new int[5]]))[210..410];

        Assert.InRange(Distance(alone, among), 0, Rounding);
    }

    /// <summary>The norm of the difference over that of what is expected.</summary>
    private static double Distance(Tensor expected, Tensor actual) => ((expected - actual).norm() / expected.norm()).ToDouble();

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        Tensor difference = (expected - actual.to(ScalarType.Float32)).abs();
        Assert.InRange((difference - (expected.abs() * tolerance)).max().ToDouble(), double.NegativeInfinity, tolerance * 1e-3);
    }
}

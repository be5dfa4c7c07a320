using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class KeyValueCacheTests
{
    private static readonly LanguageModelConfiguration Windowed = TinyModel.Configuration with
    {
        Architecture = LanguageModelArchitecture.Qwen2,
        SlidingWindow = 6,
        SlidingLayers = [true, false],
    };

    [Fact]
    public void Remove_MovesTheLastRow_AndTheOthersGoOnAsTheyWould()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using CausalLanguageModel model = TinyModel.Create(configuration: Windowed);
        using KeyValueCache cache = new(Windowed, ScalarType.Float32, CPU);
        List<List<int>> rows = [[1, 2, 3], [4, 5, 6, 7, 8, 9, 10, 11], [12]];
        Append(model, cache, rows);

        cache.Remove(0);
        (rows[0], rows[2]) = (rows[2], rows[0]);
        rows.RemoveAt(2);
        Assert.Equal(rows.Select(row => row.Count), cache.Lengths);
        AssertNext(model, cache, rows, [13, 14]);

        rows.Add([15, 16]);
        using (CachePass pass = cache.Append([2])) model.NextTokenLogits(new([rows[2].ToArray()]), pass).Dispose();
        AssertNext(model, cache, rows, [17, 18, 19]);
        AssertNext(model, cache, rows, [20, 21, 22]);
    }

    [Fact]
    public void LayersOfAWindow_KeepTheWindowAlone()
    {
        using IDisposable noGradients = no_grad();
        using CausalLanguageModel model = TinyModel.Create(configuration: Windowed);
        using KeyValueCache cache = new(Windowed, ScalarType.Float32, CPU);
        Append(model, cache, [[.. Enumerable.Range(0, 20)]]);
        Assert.Equal([1, Windowed.KeyValueHeads, 6, Windowed.HeadDimension], cache.Keys(0).shape);
        Assert.Equal([1, Windowed.KeyValueHeads, 256, Windowed.HeadDimension], cache.Values(1).shape);
    }

    [Fact]
    public void NextTokenLogits_InBFloat16_AreNearThoseOfWholeRows()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        using CausalLanguageModel model = TinyModel.Create();
        model.Precision = ComputePrecision.BFloat16;

        // Few places are attended by libtorch's kernel, many by plain products.
        foreach (int count in new[] { 2, 20 })
        {
            using KeyValueCache cache = new(model.Configuration, ScalarType.BFloat16, CPU);
            List<List<int>> rows = [.. Enumerable.Range(0, count).Select(row => Enumerable.Range(row, 10 + (row * 2)).Select(i => i * i % 32).ToList())];
            Append(model, cache, rows);
            for (int step = 0; step < 3; step++)
            {
                Tensor actual = Advance(model, cache, rows, [.. rows.Select((_, row) => (row + step) % 32)]);
                Tensor expected = model.NextTokenLogits(Whole(rows));
                Assert.InRange(((actual - expected).norm() / expected.norm()).ToSingle(), 0, 0.03f);
            }
        }
    }

    private static void Append(CausalLanguageModel model, KeyValueCache cache, List<List<int>> rows)
    {
        using CachePass pass = cache.Append([.. rows.Select(row => row.Count)]);
        model.NextTokenLogits(Whole(rows), pass).Dispose();
    }

    private static void AssertNext(CausalLanguageModel model, KeyValueCache cache, List<List<int>> rows, int[] next)
    {
        Tensor actual = Advance(model, cache, rows, next);
        TrainingCase.AssertClose(model.NextTokenLogits(Whole(rows)), actual, 1e-5, 1e-5, "logits");
    }

    /// <summary>Adds a token to each row, and computes it with the cache.</summary>
    private static Tensor Advance(CausalLanguageModel model, KeyValueCache cache, List<List<int>> rows, int[] next)
    {
        for (int row = 0; row < rows.Count; row++) rows[row].Add(next[row]);
        using CachePass pass = cache.Advance();
        return model.NextTokenLogits(new([.. next.Select(token => (ReadOnlyMemory<int>)new[] { token })]), pass);
    }

    private static TokenBatch Whole(List<List<int>> rows) => new([.. rows.Select(row => (ReadOnlyMemory<int>)row.ToArray())]);
}

using Microsoft.ML.Data;
using TorchSharp;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(StreamingMemoryTests))]
[CollectionDefinition(nameof(StreamingMemoryTests), DisableParallelization = true)]
public sealed class StreamingMemoryTests
{
    private const int Rows = 1_000_000;
    private const int RowsBetweenLooks = 100_000;

    [Fact]
    [Trait("Category", "Slow")]
    public void AMillionRows_KeepNativeAndManagedMemoryFlat()
    {
        var ml = new MLContext(seed: 1);
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = LanguageModelSource.FromScratch(new LanguageModelPreset
        {
            HiddenSize = 16,
            HiddenLayers = 1,
            AttentionHeads = 2,
            KeyValueHeads = 1,
            IntermediateSize = 32,
            VocabularySize = 300,
            ContextLength = 32,
        });
        options.Tuning = Tuning.None;
        options.Embedding = new EmbeddingOptions { Cache = new EmbeddingCacheOptions { Entries = 10_000 } };
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(ml, "0123456789"));
        IDataView rows = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new SmallJob.TextRow { Text = $"{i}" }));
        IDataView embedded = embedder.Transform(rows);
        using DataViewRowCursor cursor = embedded.GetRowCursor([embedded.Schema["Embedding"]]);
        ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(embedded.Schema["Embedding"]);
        VBuffer<float> vector = default;

        var looks = new List<(long Native, long Managed, long Tensors)>();
        while (cursor.MoveNext())
        {
            getter(ref vector);
            if ((cursor.Position + 1) % RowsBetweenLooks == 0) looks.Add(Look());
        }

        Assert.Equal(Rows, embedder.CacheStatistics.Misses);
        Assert.Equal(Rows / RowsBetweenLooks, looks.Count);
        long[] native = [.. looks.Skip(1).Zip(looks.Skip(2), (look, next) => next.Native - look.Native)];
        long[] managed = [.. looks.Skip(1).Zip(looks.Skip(2), (look, next) => next.Managed - look.Managed)];
        string growth = $"native {string.Join(", ", native.Select(bytes => $"{bytes >> 10} kB"))}; managed {string.Join(", ", managed.Select(bytes => $"{bytes >> 10} kB"))}";
        TestContext.Current.TestOutputHelper?.WriteLine(growth);
        Assert.Equal(looks[1].Tensors, looks[^1].Tensors);
        Assert.True(managed.Sum() < 1 << 20, growth);
        Assert.True(native.Sum() < 16 << 20, growth);
    }

    private static (long Native, long Managed, long Tensors) Look()
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        return (AllocatedMemory.InUse(), managed, torch.Tensor.TotalCount);
    }
}

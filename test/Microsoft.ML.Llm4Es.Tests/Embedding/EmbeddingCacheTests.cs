using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests;

[Collection(nameof(LightGbmTests))]
public sealed class EmbeddingCacheTests : IDisposable
{
    private const string FolderVariable = "LLM4ES_TEST_CACHE_FOLDER";
    private const string ResultVariable = "LLM4ES_TEST_CACHE_RESULT";

    private readonly MLContext _ml = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-cache-");
    private readonly IDataView _rows;

    public EmbeddingCacheTests() => _rows = SmallJob.Texts(_ml, [.. Enumerable.Range(0, 30).Select(i => $"day|shop\n{i % 20}, bakery")]);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void EachDistinctText_IsComputedOnceHoweverOftenItIsRead()
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(new EmbeddingCacheOptions());
        IDataView embedded = embedder.Transform(_rows);

        for (int pass = 0; pass < 3; pass++) SmallJob.Vectors(embedded);
        Parallel.ForEach(embedded.GetRowCursorSet(embedded.Schema, 4), cursor => Read(cursor));

        Assert.Equal(20, embedder.CacheStatistics.Misses);
        Assert.Equal(20, embedder.CacheStatistics.Entries);
        Assert.True(embedder.CacheStatistics.Hits >= 60);
        Assert.InRange(embedder.CacheStatistics.Bytes, 20 * embedder.Dimension * sizeof(float), 20 * ((embedder.Dimension * sizeof(float)) + 200));
    }

    [Fact]
    public void TrainerWithSeveralPasses_EmbedsEachTextOnce()
    {
        IDataView clients = SmallJob.Clients(_ml);
        using FineTuneLlmEmbedderTransformer embedder = Fit(new EmbeddingCacheOptions(), clients, out IDataView texts);

        _ml.BinaryClassification.CrossValidate(
            embedder.Transform(texts), _ml.BinaryClassification.Trainers.LightGbm(nameof(CardClient.PlansAhead), "Embedding", minimumExampleCountPerLeaf: 5, numberOfIterations: 3), 3, nameof(CardClient.PlansAhead));

        Assert.Equal(60, embedder.CacheStatistics.Misses);
    }

    [Fact]
    public void ATrainerOfManyPassesAndPermutationImportance_EmbedEachTextOnce()
    {
        IDataView clients = SmallJob.Clients(_ml);
        using FineTuneLlmEmbedderTransformer embedder = Fit(new EmbeddingCacheOptions(), clients, out IDataView texts);
        IDataView embedded = embedder.Transform(texts);

        var predictor = _ml.BinaryClassification.Trainers.SdcaLogisticRegression(nameof(CardClient.PlansAhead), "Embedding", maximumNumberOfIterations: 3).Fit(embedded);
        ImmutableArray<BinaryClassificationMetricsStatistics> importance =
            _ml.BinaryClassification.PermutationFeatureImportance(predictor, predictor.Transform(embedded), nameof(CardClient.PlansAhead), permutationCount: 2);

        Assert.Equal(embedder.Dimension, importance.Length);
        Assert.Equal(60, embedder.CacheStatistics.Misses);
    }

    [Theory]
    [InlineData(3, long.MaxValue)]
    [InlineData(100, 1000)]
    [InlineData(0, 1000)]
    public void Bounds_AreKept(int entries, long bytes)
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(new EmbeddingCacheOptions { Entries = entries, Bytes = bytes });

        float[][] first = SmallJob.Vectors(embedder.Transform(_rows));
        float[][] second = SmallJob.Vectors(embedder.Transform(_rows));

        Assert.Equal(first, second);
        Assert.InRange(embedder.CacheStatistics.Entries, 0, entries);
        Assert.InRange(embedder.CacheStatistics.Bytes, 0, bytes);
    }

    [Fact]
    public void Folder_IsSharedByRunsAndByModelsThatAreTheSame()
    {
        float[][] expected;
        using (FineTuneLlmEmbedderTransformer first = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName }))
        using (FineTuneLlmEmbedderTransformer beside = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName }))
        {
            expected = SmallJob.Vectors(first.Transform(_rows));
            Assert.Equal(expected, SmallJob.Vectors(beside.Transform(_rows)));
            Assert.Equal(20, first.CacheStatistics.Misses);
        }

        using FineTuneLlmEmbedderTransformer later = Fit(EmbeddingCacheOptions.None);
        later.UseCacheFolder(_folder.FullName);

        Assert.Equal(expected, SmallJob.Vectors(later.Transform(_rows)));
        Assert.Equal(0, later.CacheStatistics.Misses);
        // Nothing is kept in memory, so that rows of the same text are read from the folder each.
        Assert.Equal(30, later.CacheStatistics.DiskHits);
    }

    [Fact]
    public void Folder_IsSharedByProcessesAtOnce()
    {
        string model = Path.Combine(_folder.FullName, "model.zip"), cache = Path.Combine(_folder.FullName, "cache");
        using FineTuneLlmEmbedderTransformer embedder = Fit(EmbeddingCacheOptions.None);
        _ml.Model.Save(embedder, _rows.Schema, model);
        using (FileStream rows = File.Create(Path.Combine(_folder.FullName, "rows.idv"))) _ml.Data.SaveAsBinary(_rows, rows);

        Parallel.For(0, 3, i => OwnProcess.Run(
            typeof(EmbeddingCacheTests), nameof(EmbedInThisProcess), [new(FolderVariable, _folder.FullName), new(ResultVariable, Path.Combine(_folder.FullName, $"{i}.vectors"))]));

        byte[] expected = MemoryMarshal.AsBytes<float>(SmallJob.Vectors(embedder.Transform(_rows)).SelectMany(vector => vector).ToArray()).ToArray();
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(expected, File.ReadAllBytes(Path.Combine(_folder.FullName, $"{i}.vectors"))));
        using FineTuneLlmEmbedderTransformer later = Fit(new EmbeddingCacheOptions { Folder = cache });
        SmallJob.Vectors(later.Transform(_rows));
        Assert.Equal(0, later.CacheStatistics.Misses);
    }

    [Fact(Explicit = true)]
    public void EmbedInThisProcess()
    {
        string folder = Environment.GetEnvironmentVariable(FolderVariable)!;
        using var embedder = (FineTuneLlmEmbedderTransformer)_ml.Model.Load(Path.Combine(folder, "model.zip"), out _);
        embedder.UseCacheFolder(Path.Combine(folder, "cache"));
        float[] vectors = [.. SmallJob.Vectors(embedder.Transform(_ml.Data.LoadFromBinary(Path.Combine(folder, "rows.idv")))).SelectMany(vector => vector)];
        File.WriteAllBytes(Environment.GetEnvironmentVariable(ResultVariable)!, MemoryMarshal.AsBytes<float>(vectors));
    }

    [Fact]
    public void Folder_IsNotReadByAnotherModel()
    {
        using FineTuneLlmEmbedderTransformer first = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName });
        SmallJob.Vectors(first.Transform(_rows));

        using FineTuneLlmEmbedderTransformer other = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName }, seed: 4);
        SmallJob.Vectors(other.Transform(_rows));

        Assert.Equal(20, other.CacheStatistics.Misses);
    }

    [Fact]
    public void Folder_WithTornAndDamagedRecords_ComputesThoseAgain()
    {
        // Each text alone: in another batch a processor may round otherwise.
        float[][] expected;
        using (FineTuneLlmEmbedderTransformer first = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName }, rowsPerBatch: 1)) expected = SmallJob.Vectors(first.Transform(_rows));
        FileInfo file = _folder.EnumerateFiles("*", SearchOption.AllDirectories).Single();
        byte[] bytes = File.ReadAllBytes(file.FullName);
        bytes[40] ^= 1;
        File.WriteAllBytes(file.FullName, bytes[..^5]);

        using FineTuneLlmEmbedderTransformer later = Fit(new EmbeddingCacheOptions { Folder = _folder.FullName }, rowsPerBatch: 1);

        Assert.Equal(expected, SmallJob.Vectors(later.Transform(_rows)));
        Assert.Equal(2, later.CacheStatistics.Misses);
        Assert.Equal(18, later.CacheStatistics.DiskHits);
    }

    private static void Read(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            ValueGetter<VBuffer<float>> getter = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Embedding"]);
            VBuffer<float> vector = default;
            while (cursor.MoveNext()) getter(ref vector);
        }
    }

    private FineTuneLlmEmbedderTransformer Fit(EmbeddingCacheOptions cache, int seed = 3, int rowsPerBatch = 256)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.None;
        options.Seed = seed;
        options.Embedding = new EmbeddingOptions { Cache = cache, RowsPerBatch = rowsPerBatch };
        return _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(_rows);
    }

    private FineTuneLlmEmbedderTransformer Fit(EmbeddingCacheOptions cache, IDataView clients, out IDataView texts)
    {
        texts = _ml.Transforms.TextifyEvents("Text", new TextifyEventsOptions { Fields = SmallJob.Fields, MaxEvents = 10 }).Fit(clients).Transform(clients);
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Tuning = Tuning.None;
        options.Embedding = new EmbeddingOptions { Cache = cache };
        return _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(texts);
    }
}

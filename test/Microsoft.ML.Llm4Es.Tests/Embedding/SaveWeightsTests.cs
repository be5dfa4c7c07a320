using System.Reflection;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>Saved models that refer to weights outside of them. The environment variable that is set here belongs to the whole process.</summary>
[Collection(nameof(SaveWeightsTests))]
[CollectionDefinition(nameof(SaveWeightsTests), DisableParallelization = true)]
public sealed class SaveWeightsTests : IDisposable
{
    private const string SearchVariable = "LLM4ES_WEIGHTS";

    private static readonly string[] Texts = [.. Enumerable.Range(0, 10).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, cinema")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-weights-");
    private readonly MLContext _ml = new(seed: 1);
    private readonly IDataView _rows;

    public SaveWeightsTests() => _rows = SmallJob.Texts(_ml, Texts);

    private string ModelFile => Path.Combine(_folder.FullName, "model.zip");

    private string Pretrained => Path.Combine(_folder.FullName, "pretrained");

    private string Tuned => Path.Combine(_folder.FullName, "tuned");

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(SearchVariable, null);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void External_OfAnUntouchedFolder_RefersToItAndWritesNothing()
    {
        WritePretrained();
        string[] before = Files(_folder.FullName);

        float[][] expected = FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.External());

        Assert.Equal([.. before, "model.zip"], Files(_folder.FullName));
        Assert.True(new FileInfo(ModelFile).Length < new FileInfo(Path.Combine(Pretrained, "model.safetensors")).Length / 2);
        using FineTuneLlmEmbedderTransformer loaded = Load();
        Assert.Equal(Pretrained, loaded.WeightsFolder);
        Assert.Equal(expected, SmallJob.Vectors(loaded.Transform(_rows)));
    }

    [Fact]
    public void External_OfATunedModel_WritesAFolderThatIsAModelToo()
    {
        float[][] expected = FitAndSave(LanguageModelSource.FromScratch(LanguageModelPreset.Tiny), Tuning.Full(), SaveWeights.External(Tuned));

        using FineTuneLlmEmbedderTransformer loaded = Load();
        Assert.Equal(expected, SmallJob.Vectors(loaded.Transform(_rows)));
        using FineTuneLlmEmbedderTransformer opened = Fit(LanguageModelSource.Folder(Tuned), Tuning.None, SaveWeights.Inside);
        Assert.Equal(expected, SmallJob.Vectors(opened.Transform(_rows)));
    }

    [Fact]
    public void External_TunedByLora_KeepsTheAdapterInTheModel()
    {
        WritePretrained();
        float[][] expected = FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.Lora(rank: 2), SaveWeights.External(Tuned));

        using FineTuneLlmEmbedderTransformer loaded = Load();
        loaded.SaveAdapter(Path.Combine(_folder.FullName, "adapter"));

        Assert.Equal(expected, SmallJob.Vectors(loaded.Transform(_rows)));
    }

    [Fact]
    public void External_TunedByLora_WithoutAFolderOfItsOwn_SharesTheBaseAndAddsTheAdapter()
    {
        WritePretrained();
        string[] before = Files(_folder.FullName);
        float[][] expected = FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.Lora(rank: 2), SaveWeights.External());
        using (FineTuneLlmEmbedderTransformer untouched = Fit(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.Inside))
            Assert.NotEqual(SmallJob.Vectors(untouched.Transform(_rows)), expected);

        Assert.Equal([.. before, "model.zip"], Files(_folder.FullName));
        using FineTuneLlmEmbedderTransformer loaded = Load();
        Assert.Equal(expected, SmallJob.Vectors(loaded.Transform(_rows)));

        _ml.Model.Save(loaded, _rows.Schema, ModelFile);
        using FineTuneLlmEmbedderTransformer again = Load();
        Assert.Equal(expected, SmallJob.Vectors(again.Transform(_rows)));
        // What it is tuned on from are the tuned weights, which no folder holds.
        Assert.Throws<InvalidOperationException>(() => Fit(LanguageModelSource.Transformer(again), Tuning.None, SaveWeights.External()));
    }

    [Fact]
    public void LoadedModel_SavedAgain_StillRefersToItsWeights()
    {
        WritePretrained();
        float[][] expected = FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.External());
        using (FineTuneLlmEmbedderTransformer loaded = Load()) _ml.Model.Save(loaded, _rows.Schema, ModelFile);

        using FineTuneLlmEmbedderTransformer again = Load();

        Assert.Equal(Pretrained, again.WeightsFolder);
        Assert.Equal(expected, SmallJob.Vectors(again.Transform(_rows)));
    }

    [Fact]
    public void Load_FindsAMovedFolderByTheEnvironmentVariable()
    {
        WritePretrained();
        float[][] expected = FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.External());
        string store = _folder.CreateSubdirectory("store").FullName;
        Directory.Move(Pretrained, Path.Combine(store, "pretrained"));

        Exception missing = LoadError();
        Environment.SetEnvironmentVariable(SearchVariable, store);
        using FineTuneLlmEmbedderTransformer loaded = Load();

        Assert.IsType<DirectoryNotFoundException>(missing);
        Assert.Contains(Pretrained, missing.Message, StringComparison.Ordinal);
        Assert.Contains($"set the environment variable {SearchVariable} to the folder that holds 'pretrained'", missing.Message, StringComparison.Ordinal);
        Assert.Equal(expected, SmallJob.Vectors(loaded.Transform(_rows)));
    }

    [Fact]
    public void Load_OfChangedWeights_SaysWhatWasFoundAndExpected()
    {
        WritePretrained(seed: 1);
        FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.External());
        WritePretrained(seed: 2);

        Exception error = LoadError();

        Assert.IsType<InvalidDataException>(error);
        Assert.Matches($"The weights in '.*pretrained' are not those .*: their fingerprint is [0-9a-f]{{32}}, expected is [0-9a-f]{{32}}", error.Message);
    }

    [Fact]
    public void Load_OfAFolderWithoutWeights_SaysSo()
    {
        WritePretrained();
        FitAndSave(LanguageModelSource.Folder(Pretrained), Tuning.None, SaveWeights.External());
        File.Delete(Path.Combine(Pretrained, "model.safetensors"));

        Assert.Contains("There are no weights in", Assert.IsType<FileNotFoundException>(LoadError()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_WithoutAFolderForTunedWeights_SaysSoBeforeItTrains()
    {
        WritePretrained();

        var tuned = Assert.Throws<InvalidOperationException>(() => Fit(LanguageModelSource.Folder(Pretrained), Tuning.Full(), SaveWeights.External()));
        var scratch = Assert.Throws<InvalidOperationException>(() => Fit(LanguageModelSource.FromScratch(LanguageModelPreset.Tiny), Tuning.None, SaveWeights.External()));
        var same = Assert.Throws<InvalidOperationException>(() => Fit(LanguageModelSource.Folder(Pretrained), Tuning.Full(), SaveWeights.External(Pretrained)));

        Assert.Contains("they are tuned", tuned.Message, StringComparison.Ordinal);
        Assert.Contains("is no folder of safetensors", scratch.Message, StringComparison.Ordinal);
        Assert.Contains("where the model comes from", same.Message, StringComparison.Ordinal);
    }

    private static string[] Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).OrderBy(name => name == "model.zip").ThenBy(name => name, StringComparer.Ordinal)];

    private void WritePretrained(int seed = 1)
    {
        using FineTuneLlmEmbedderTransformer model = Fit(LanguageModelSource.FromScratch(LanguageModelPreset.Tiny), Tuning.None, SaveWeights.Inside, seed);
        model.SaveHuggingFace(Pretrained);
    }

    private float[][] FitAndSave(LanguageModelSource source, Tuning tuning, SaveWeights saveWeights)
    {
        using FineTuneLlmEmbedderTransformer embedder = Fit(source, tuning, saveWeights);
        _ml.Model.Save(embedder, _rows.Schema, ModelFile);
        return SmallJob.Vectors(embedder.Transform(_rows));
    }

    private FineTuneLlmEmbedderTransformer Fit(LanguageModelSource source, Tuning tuning, SaveWeights saveWeights, int seed = 1)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = source;
        options.Tuning = tuning;
        options.SaveWeights = saveWeights;
        options.Seed = seed;
        return _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(_rows);
    }

    private FineTuneLlmEmbedderTransformer Load() => (FineTuneLlmEmbedderTransformer)new MLContext().Model.Load(ModelFile, out _);

    /// <summary>ML.NET may wrap what a loader throws.</summary>
    private Exception LoadError()
    {
        Exception error = Assert.ThrowsAny<Exception>(() => Load());
        return error is TargetInvocationException { InnerException: { } inner } ? inner : error;
    }
}

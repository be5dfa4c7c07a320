using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class ContinuedTuningTests : IDisposable
{
    private static readonly string[] First = [.. Enumerable.Range(0, 20).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, cinema")];

    private static readonly string[] Second = [.. Enumerable.Range(0, 20).Select(i => $"day|shop\n{i}, garage\n{i + 2}, bakery")];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es");
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Fit_OnFromAFittedOne_StartsFromItsWeightsAndLeavesItAsItIs()
    {
        IDataView data = SmallJob.Texts(_ml, First);
        using FineTuneLlmEmbedderTransformer first = Fit(SmallJob.Options, First);
        float[][] before = SmallJob.Vectors(first.Transform(data));

        using FineTuneLlmEmbedderTransformer untouched = Fit(On(LanguageModelSource.Transformer(first), Tuning.None), Second);
        using FineTuneLlmEmbedderTransformer second = Fit(On(LanguageModelSource.Transformer(first), Tuning.Full()), Second);
        first.Transform(data);

        Assert.Equal(before, SmallJob.Vectors(untouched.Transform(data)));
        Assert.NotEqual(before, SmallJob.Vectors(second.Transform(data)));
        Assert.Equal(before, SmallJob.Vectors(Fit(On(LanguageModelSource.Transformer(first), Tuning.None), Second).Transform(data)));
    }

    [Fact]
    public void Fit_OnFromASavedModel_GivesWhatItGivesFromTheFittedOne()
    {
        string file = SavedPipeline(out ITransformer model);
        FineTuneLlmEmbedderTransformer fitted = ((IEnumerable<ITransformer>)model).OfType<FineTuneLlmEmbedderTransformer>().Single();

        using FineTuneLlmEmbedderTransformer fromFile = Fit(On(LanguageModelSource.Parse(file), Tuning.Lora(4)), Second);
        using FineTuneLlmEmbedderTransformer fromFitted = Fit(On(LanguageModelSource.Transformer(fitted), Tuning.Lora(4)), Second);

        IDataView data = SmallJob.Texts(_ml, Second);
        Assert.Equal(SmallJob.Vectors(fromFitted.Transform(data)), SmallJob.Vectors(fromFile.Transform(data)));
        (model as IDisposable)?.Dispose();
    }

    [Fact]
    public void Fit_OnWithoutTrainingSettings_TakesThoseOfWhereTheModelBegan()
    {
        string file = SavedPipeline(out ITransformer model);
        (model as IDisposable)?.Dispose();
        var rates = new List<double>();
        FineTuneLlmEmbedderOptions options = On(LanguageModelSource.Model(file), Tuning.Full());
        options.Training = null;
        options.Progress = new Rates(rates);

        Fit(options, Second).Dispose();

        // A model from scratch learns with 2e-3; 1e-5, the paper's rate for a pretrained one, would change nothing.
        Assert.InRange(rates.Max(), 1e-3, 2e-3);
    }

    [Fact]
    public void Fit_FromAFileThatIsNotThere_SaysWhatIsExpected()
    {
        var error = Assert.Throws<FileNotFoundException>(() => Fit(On(LanguageModelSource.Model("no-such.zip"), Tuning.Full()), First));

        Assert.Contains("FineTuneLlmEmbedder", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_FromAModelWithoutALanguageModel_SaysSo()
    {
        string file = Path.Combine(_folder.FullName, "other.zip");
        IDataView data = SmallJob.Texts(_ml, First);
        _ml.Model.Save(_ml.Transforms.CopyColumns("Copy", "Text").Fit(data), data.Schema, file);

        var error = Assert.Throws<InvalidDataException>(() => Fit(On(LanguageModelSource.Model(file), Tuning.Full()), First));

        Assert.Contains("holds 0 language models", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_FromADisposedTransformer_Throws()
    {
        FineTuneLlmEmbedderTransformer first = Fit(SmallJob.Options, First);
        first.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Fit(On(LanguageModelSource.Transformer(first), Tuning.Full()), Second));
    }

    private static FineTuneLlmEmbedderOptions On(LanguageModelSource source, Tuning tuning)
    {
        FineTuneLlmEmbedderOptions options = SmallJob.Options;
        options.Model = source;
        options.Tuning = tuning;
        options.Seed = 9;
        return options;
    }

    private FineTuneLlmEmbedderTransformer Fit(FineTuneLlmEmbedderOptions options, string[] texts) =>
        _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(SmallJob.Texts(_ml, texts));

    private string SavedPipeline(out ITransformer model)
    {
        IDataView clients = SmallJob.Clients(_ml, count: 12);
        model = _ml.Transforms.Llm4EsEmbed("Embedding", SmallJob.Fields, SmallJob.Options).Fit(clients);
        string file = Path.Combine(_folder.FullName, "first.zip");
        _ml.Model.Save(model, clients.Schema, file);
        return file;
    }

    private sealed class Rates(List<double> rates) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => rates.Add(value.LearningRate);
    }
}

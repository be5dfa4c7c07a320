using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class CheckpointFolderTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-");
    private readonly List<TrainingProgress> _steps = [];

    private FineTuneLlmEmbedderOptions Options
    {
        get
        {
            FineTuneLlmEmbedderOptions options = SmallJob.Options;
            options.CheckpointFolder = _folder.FullName;
            options.Progress = new Listener(_steps.Add);
            return options;
        }
    }

    private static string[] Texts => [.. Enumerable.Range(0, 40).Select(i => $"day|shop\n{i}, bakery\n{i + 1}, cinema\n{i * 7 % 5}, bank")];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Fit_AfterACancellation_GoesOnToTheSameVectors_WithoutAnySeed()
    {
        using var source = new CancellationTokenSource();
        FineTuneLlmEmbedderOptions options = Options;
        options.CancellationToken = source.Token;
        options.Progress = new Listener(step => { if (step.Step == 4) source.Cancel(); });
        Assert.Throws<OperationCanceledException>(() => Vectors(options, new MLContext()));
        int seed = int.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "seed.txt")));

        float[][] resumed = Vectors(Options, new MLContext());

        Assert.Equal(5, _steps[0].Step);
        FineTuneLlmEmbedderOptions whole = SmallJob.Options;
        whole.Seed = seed;
        Assert.Equal(Vectors(whole, new MLContext()), resumed);
    }

    [Fact]
    public void Fit_OfAFinishedRun_TunesNothingAndGivesTheSameVectors()
    {
        float[][] first = Vectors(Options, new MLContext(seed: 3));
        int steps = _steps.Count;

        Assert.Equal(first, Vectors(Options, new MLContext(seed: 4)));
        Assert.Equal(steps, _steps.Count);
    }

    [Fact]
    public void Fit_OnOtherData_IsRefused()
    {
        Vectors(Options, new MLContext(seed: 3));
        var ml = new MLContext(seed: 3);
        var error = Assert.Throws<InvalidOperationException>(() => ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", Options).Fit(SmallJob.Texts(ml, [.. Texts[1..], "day|shop\n1, museum"])));
        Assert.Contains("belong to another run", error.Message, StringComparison.Ordinal);
        Assert.Contains("the data was", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fit_CancelledWithReturnModel_GivesAnEmbedder()
    {
        using var source = new CancellationTokenSource();
        FineTuneLlmEmbedderOptions options = Options;
        options.Training = options.Training! with { OnCancellation = OnCancellation.ReturnModel };
        options.CancellationToken = source.Token;
        options.Progress = new Listener(step => { if (step.Step == 4) source.Cancel(); });

        float[][] vectors = Vectors(options, new MLContext(seed: 3));

        Assert.Equal(Texts.Length, vectors.Length);
        Assert.NotEmpty(_folder.GetFiles("*000004.checkpoint"));
    }

    [Fact]
    public void Fit_WithValidation_HoldsAllViewsOfARowOut()
    {
        var ml = new MLContext(seed: 3);
        string[] texts = Texts;
        IDataView data = ml.Transforms.CopyColumns("Same", "Text").Fit(SmallJob.Texts(ml, texts)).Transform(SmallJob.Texts(ml, texts));
        FineTuneLlmEmbedderOptions options = Options;
        options.TrainingTexts = ["Text", "Same"];
        options.Training = options.Training! with { Epochs = 1, MaxTokens = null, Validation = new ValidationOptions { Share = 0.25 } };

        ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(data).Dispose();

        // Texts are as long as each other, give or take a token: three quarters of the rows, twice, are what is trained on.
        FineTuneLlmEmbedderOptions without = Options;
        without.CheckpointFolder = null;
        without.Training = without.Training! with { Epochs = 1, MaxTokens = null };
        long held = _steps[^1].Tokens;
        ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", without).Fit(data).Dispose();
        Assert.InRange(held / (double)_steps[^1].Tokens, 1.4, 1.6);
        Assert.NotNull(_steps.First(step => step.ValidationLoss is not null));
    }

    private static float[][] Vectors(FineTuneLlmEmbedderOptions options, MLContext ml)
    {
        IDataView data = SmallJob.Texts(ml, Texts);
        using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(data);
        options.CancellationToken = default;
        return SmallJob.Vectors(embedder.Transform(data));
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}

using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of the verb <c>evaluate</c>.</summary>
internal sealed class EvaluateRun(EvaluateSettings settings, TextWriter output)
{
    private static readonly string[] Reports = ["metrics.json", "metrics.csv", "report.md", "report.html"];

    private readonly MLContext _ml = new(settings.Seed);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        OutputFolder.Check(settings.Output);
        ModelOptions.RequireFile(settings.Model);
        var evaluation = new DownstreamEvaluation(_ml, settings.Task.ToOptions(settings.Seed));
        IDataView entities = new EvaluateInput(_ml, settings.Task, output).Load(evaluation);

        EvaluationReport report = ProgressDisplay.Show(output, display =>
        {
            _ml.Log += (_, message) => display.ReportTraining(message);
            return evaluation.Run(entities, Representations(cancellation), settings.Representations, display, cancellation);
        });
        report = report with { Command = settings.Command };
        string[] files = Array.ConvertAll(Reports, name => Path.Combine(settings.Output, name));
        foreach (string file in files) report.Save(file);

        ResultTable.Write(report, output);
        foreach (string warning in report.Warnings) output.WriteLine($"Warning: {warning}");
        output.WriteLine($"Written to {string.Join(", ", files)}");
        return CommandLine.Done;
    }

    private Representation[] Representations(CancellationToken cancellation) =>
    [
        Embedding(EvaluateSettings.Llm4Es, settings.Task.Preset with { Model = LanguageModelSource.Parse(settings.Model) }, settings.Tuning, cancellation),
        Embedding(EvaluateSettings.Paper, Llm4EsPreset.Paper with { Model = PaperModel() }, settings.Tuning, cancellation),
        Embedding(EvaluateSettings.Untuned, settings.Task.Preset with { Model = LanguageModelSource.Parse(settings.Model) }, Tuning.None, cancellation),
        new(EvaluateSettings.Aggregates, _ml.Transforms.AggregateEvents("Aggregates"), "Aggregates"),
        new(EvaluateSettings.TfIdf, _ml.Transforms.TfIdfEvents("TfIdf"), "TfIdf"),
        new(EvaluateSettings.Coles, _ml.Transforms.ColesEvents("Coles", new ColesEventsOptions { CancellationToken = cancellation }), "Coles"),
    ];

    private Representation Embedding(string name, Llm4EsPreset preset, Tuning tuning, CancellationToken cancellation)
    {
        var training = new TrainingLog();
        FineTuneLlmEmbedderOptions options = preset.EmbedderOptions();
        options.Tuning = tuning;
        TrainingBudget.Set(options, settings.Tokens);
        TrainingBudget.SetBatch(options, settings.BatchTokens);
        if (settings.RecentTokens is { } recent) options.Embedding = options.Embedding with { LongTexts = LongTexts.MostRecent, MaxTokens = recent };
        options.Progress = training;
        options.CancellationToken = cancellation;
        var estimator = _ml.Transforms.TextifyEvents("Text", preset.TextOptions()).Append(_ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options));
        return new(name, estimator, "Embedding") { Training = tuning == Tuning.None ? null : training };
    }

    /// <summary>A model from scratch of the size that was asked for, made as the paper's preset makes it; or the one that was asked for.</summary>
    private LanguageModelSource PaperModel()
    {
        string[] scratch = settings.Model.Split(':', 2);
        return scratch[0] == EvaluateSettings.Scratch
            ? LanguageModelSource.FromScratch((scratch is [_, string size] ? LanguageModelPreset.Parse(size) : LanguageModelPreset.Small).OfWords())
            : LanguageModelSource.Parse(settings.Model);
    }
}

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

    private Representation[] Representations(CancellationToken cancellation)
    {
        var training = new TrainingLog();
        var embedder = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Parse(settings.Model), Progress = training, CancellationToken = cancellation };
        return
        [
            new(EvaluateSettings.Llm4Es, _ml.Transforms.Llm4EsEmbed("Embedding", options: embedder), "Embedding") { Training = training },
            new(EvaluateSettings.Aggregates, _ml.Transforms.AggregateEvents("Aggregates"), "Aggregates"),
            new(EvaluateSettings.TfIdf, _ml.Transforms.TfIdfEvents("TfIdf"), "TfIdf"),
            new(EvaluateSettings.Coles, _ml.Transforms.ColesEvents("Coles", new ColesEventsOptions { CancellationToken = cancellation }), "Coles"),
        ];
    }
}

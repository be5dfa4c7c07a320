using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of the verb <c>evaluate</c>.</summary>
internal sealed class EvaluateRun(EvaluateSettings settings, TextWriter output)
{
    private readonly MLContext _ml = new(settings.Seed);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        OutputFolder.Check(settings.Output);
        RequireModel();
        var evaluation = new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions
        {
            Label = settings.Label,
            Fold = settings.Fold,
            Seed = settings.Seed,
            Classifier = new LightGbmOptions { Seed = settings.Seed },
        });
        IDataView entities = new EvaluateInput(_ml, settings, output).Load(evaluation);

        EvaluationReport report = ProgressDisplay.Show(output, display =>
        {
            _ml.Log += (_, message) => display.ReportTuning(message);
            return evaluation.Run(entities, Representations(cancellation), settings.Representations, display, cancellation);
        });
        string file = Path.Combine(settings.Output, "metrics.json");
        report.Save(file);

        ResultTable.Write(report, output);
        output.WriteLine($"Written to {file}");
        return CommandLine.Done;
    }

    private void RequireModel()
    {
        if (settings.Model.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) && !File.Exists(settings.Model))
            throw new FileNotFoundException($"{settings.Model} (--model) was not found. Check the path, or leave --model out for a model from scratch.", settings.Model);
    }

    private Representation[] Representations(CancellationToken cancellation)
    {
        var embedder = new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.Parse(settings.Model), CancellationToken = cancellation };
        return
        [
            new(EvaluateSettings.Llm4Es, _ml.Transforms.Llm4EsEmbed("Embedding", options: embedder), "Embedding"),
            new(EvaluateSettings.Aggregates, _ml.Transforms.AggregateEvents("Aggregates"), "Aggregates"),
        ];
    }
}

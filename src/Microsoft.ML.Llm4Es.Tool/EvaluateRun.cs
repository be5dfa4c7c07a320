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
        var evaluation = new DownstreamEvaluation(_ml, new DownstreamEvaluationOptions
        {
            Label = settings.Label,
            Fold = settings.Fold,
            Seed = settings.Seed,
            Classifier = new LightGbmOptions { Seed = settings.Seed },
        });
        IDataView entities = new EvaluateInput(_ml, settings, output).Load(evaluation);

        EvaluationReport report = ProgressDisplay.Show(output, progress =>
            evaluation.Run(entities, Representations(), settings.Representations, progress, cancellation));
        string file = Path.Combine(settings.Output, "metrics.json");
        report.Save(file);

        ResultTable.Write(report, output);
        output.WriteLine($"Written to {file}");
        return CommandLine.Done;
    }

    private Representation[] Representations() => [new(EvaluateSettings.Aggregates, _ml.Transforms.AggregateEvents("Aggregates"), "Aggregates")];
}

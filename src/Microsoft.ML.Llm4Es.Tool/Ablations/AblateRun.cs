using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of an ablation.</summary>
internal sealed class AblateRun(AblateSettings settings, Func<Llm4EsPipelines, IDataView, AblationPlan> create, TextWriter output)
{
    private static readonly string[] Reports = ["ablation.json", "ablation.csv", "ablation.md", "ablation.html"];

    private readonly MLContext _ml = new(settings.Seeds[0]);

    /// <returns>The exit code.</returns>
    public int Run(CancellationToken cancellation)
    {
        OutputFolder.Check(settings.Output);
        ModelOptions.RequireFile(settings.Model);
        DownstreamEvaluationOptions options = settings.Task.ToOptions(settings.Seeds[0]);
        IDataView entities = new EvaluateInput(_ml, settings.Task, output).Load(new DownstreamEvaluation(_ml, options));
        AblationPlan plan = create(new Llm4EsPipelines(_ml, settings, cancellation), entities);

        AblationReport report = ProgressDisplay.Show(output, display =>
        {
            _ml.Log += (_, message) => display.ReportTraining(message);
            var ablation = new Ablation(_ml, new AblationOptions { Name = settings.Name, Evaluation = options, Seeds = settings.Seeds, PositionName = plan.PositionName });
            return ablation.Run(entities, plan.Variants, display, cancellation);
        });
        report = report with { Command = settings.Command, Notes = [$"Language model: {settings.Model}.", .. plan.Notes] };
        string[] files = Array.ConvertAll(Reports, name => Path.Combine(settings.Output, name));
        foreach (string file in files) report.Save(file);

        ResultTable.Write(report, output);
        foreach (string warning in report.Warnings) output.WriteLine($"Warning: {warning}");
        output.WriteLine($"Written to {string.Join(", ", files)}");
        return CommandLine.Done;
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Compares variants of a pipeline by <see cref="DownstreamEvaluation"/>: on the same folds, by the same classifier, over several seeds, each with the first one.
/// </summary>
/// <param name="ml">The context in which classifiers are fitted.</param>
/// <param name="options">What is predicted, how that is judged, and the seeds.</param>
public sealed class Ablation(MLContext ml, AblationOptions options)
{
    /// <summary>Makes and evaluates the variants, once for each seed.</summary>
    /// <param name="entities">A row for each entity: its events as vector columns (as GroupEvents makes them), its label, and its fold where one is named.</param>
    /// <param name="variants">The variants for a seed, the same ones for each seed; the first is what the others are compared with.</param>
    /// <param name="progress">Told of each step; null for nobody.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentException">There are no variants, two have one name, or their names change with the seed; or the entities do not have the columns.</exception>
    /// <exception cref="InvalidDataException">The labels or folds cannot be evaluated, or a variant's vectors are not finite.</exception>
    public AblationReport Run(
        IDataView entities,
        Func<int, IReadOnlyList<AblationVariant>> variants,
        IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(entities);
        ArgumentNullException.ThrowIfNull(variants);
        DownstreamEvaluationOptions judged = options.Evaluation.Clone();
        // Variants are compared by their folds and seeds; intervals of their own are not shown.
        judged.BootstrapSamples = 0;
        var evaluation = new DownstreamEvaluation(ml, judged);
        AblationVariant[][] made = [.. options.Seeds.Select(seed => variants(seed).ToArray())];
        CheckNames(made);

        EvaluationReport[] reports =
        [
            .. options.Seeds.Zip(made, (seed, ofSeed) =>
                evaluation.Run(entities, [.. ofSeed.Select(variant => variant.ToPlan(seed))], drawMaps: false, progress is null ? null : new SeedProgress(seed, progress), cancellation)),
        ];
        double testToTrain = evaluation.ReadLabels(entities).Folds.TestToTrain;
        AblationResult[] results = [.. made[0].Select((variant, i) => Join(variant, [.. reports.Select(report => report.Representations[i])]))];
        return new AblationReport(options.Name, reports[0].Label, reports[0].Metric, reports[0].Entities, reports[0].Events, options.Seeds,
            [.. results.Select((result, i) => i == 0 ? result : result with { Difference = Compare(result, results[0], testToTrain) })])
        {
            Protocol = reports[0].Protocol,
            PositionName = options.PositionName,
            Environment = reports[0].Environment,
            Started = reports[0].Started,
            DataFingerprint = reports[0].DataFingerprint,
            Warnings = reports[0].Warnings,
        };
    }

    private static void CheckNames(AblationVariant[][] made)
    {
        string[] names = [.. made[0].Select(variant => variant.Name)];
        if (names.Length == 0) throw new ArgumentException("There is no variant to evaluate.", nameof(made));
        if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"Two variants are called '{twice.Key}'; give each a name of its own.", nameof(made));
        if (made.FirstOrDefault(ofSeed => !ofSeed.Select(variant => variant.Name).SequenceEqual(names)) is { } other)
        {
            throw new ArgumentException($"The variants of the first seed are {string.Join(", ", names)}; those of another one {string.Join(", ", other.Select(variant => variant.Name))}. " +
                "Make the same ones, in the same order, for each seed.", nameof(made));
        }
    }

    private static AblationResult Join(AblationVariant variant, RepresentationResult[] seeds) =>
        new(variant.Name, [.. seeds.Select(seed => seed.Folds)], new StageSeconds(
            Mean(seeds, seconds => seconds.Fit), Mean(seeds, seconds => seconds.Embed), Mean(seeds, seconds => seconds.Classify)))
        {
            Line = variant.Line,
            Position = variant.Position,
        };

    private static double Mean(RepresentationResult[] seeds, Func<StageSeconds, double> stage) => Math.Round(seeds.Average(seed => stage(seed.Seconds)), 3);

    private static RepresentationDifference Compare(AblationResult result, AblationResult first, double testToTrain) => RepresentationDifference.Compute(
        new RepresentationResult(result.Name, result.Folds, result.Seconds), new RepresentationResult(first.Name, first.Folds, first.Seconds), testToTrain);

    /// <summary>Says of which seed a step is.</summary>
    private sealed class SeedProgress(int seed, IProgress<EvaluationProgress> progress) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => progress.Report(value with { Representation = $"{value.Representation}, seed {seed}" });
    }
}

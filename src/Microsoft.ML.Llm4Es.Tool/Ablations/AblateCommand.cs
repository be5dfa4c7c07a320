namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The verb <c>ablate</c>: what each part of the method is worth, one ablation at a time.</summary>
internal sealed class AblateCommand : Verb
{
    private AblateCommand()
        : base("ablate", "Compares variants of one part of the method on the same folds, over several seeds.")
    {
        AblationCommand[] ablations =
        [
            new EnrichmentAblation(), new TuningAblation(), new PoolingAblation(), new FormatAblation(), new TransferAblation(), new LabelsAblation(), new DataAblation(), new SizeAblation(),
        ];
        foreach (AblationCommand ablation in ablations) Subcommands.Add(ablation);
    }

    public override string Examples { get; } =
        """
        Examples:
          llm4es ablate pooling --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --fold fold --output out
          llm4es ablate tuning --help

        Exit codes: 0 done, 1 failed, 2 bad usage.
        """;

    public static AblateCommand Create() => new();
}

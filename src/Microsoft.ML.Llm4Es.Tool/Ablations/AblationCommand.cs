using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One ablation of the verb <c>ablate</c>: its options, its variants, and the pipeline of each.</summary>
internal abstract class AblationCommand : Verb
{
    private readonly EvaluationTaskOptions _task = new();
    private readonly ModelOptions _model = new();
    private readonly Option<int[]> _seeds = new("--seeds")
    {
        HelpName = "N,N",
        Description = "The seeds; each variant is made once for each. The first one is that of folds and classifier too. Default: 42,43.",
        DefaultValueFactory = _ => [42, 43],
        CustomParser = ParseSeeds,
    };
    private readonly Option<long?> _tokens;
    private readonly Option<string> _output = Required("--output", "FOLDER", "Where ablation.json, ablation.csv, ablation.md and ablation.html are written.");

    /// <param name="name">The ablation.</param>
    /// <param name="description">What it compares.</param>
    /// <param name="variants">What its variants are, for the help.</param>
    protected AblationCommand(string name, string description, string variants)
        : base(name, description)
    {
        VariantNames = List("--variants", "A,B,C", $"{variants} The others are compared with the first.", []);
        _tokens = new("--tokens")
        {
            HelpName = "N",
            Description = "How many tokens each variant is tuned on, whatever the epochs. Default: " + (StandardTokens is { } tokens ? FormattableString.Invariant($"{tokens:N0}.") : "as many as the recipe says."),
        };
        Option[] options = [.. _task.All, .. _model.All, VariantNames, _seeds, _tokens, _output];
        foreach (Option option in options) Options.Add(option);
        VariantNames.Validators.Add(CheckVariants);
        _tokens.Validators.Add(CheckTokens);
        Validators.Add(_model.Check);
        SetAction(async (parsed, cancellation) =>
        {
            TextWriter output = parsed.InvocationConfiguration.Output;
            AblateSettings settings = Read(parsed);
            await PrepareAsync(settings, parsed, output, cancellation);
            // On a thread of its own, so that Ctrl+C can be heard meanwhile.
            return await Task.Run(() => new AblateRun(settings, (pipelines, entities) => Plan(pipelines, entities, parsed), output).Run(cancellation), cancellation);
        });
    }

    /// <summary>The option that names the variants.</summary>
    protected Option<string[]> VariantNames { get; }

    public override string Examples =>
        $"""
        Example:
          llm4es ablate {Name} --events events.csv.gz --entities users.csv.gz --key case_id --time time --label approved --fold fold --output out{MoreOfExample}

        Exit codes: 0 done, 1 failed, 2 bad usage.
        """;

    /// <summary>What the example needs beside the files.</summary>
    protected virtual string MoreOfExample => "";

    /// <summary>How many tokens each variant is tuned on where the command line does not say; null for as many as the recipe says.</summary>
    protected virtual long? StandardTokens => null;

    /// <summary>The variants where the command line names none.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="model">The language model.</param>
    protected abstract IReadOnlyList<string> StandardVariants(ParseResult parsed, string model);

    /// <summary>What is wrong with the name of a variant; null for nothing.</summary>
    protected abstract string? Problem(string variant);

    /// <summary>What is done before the entities are read.</summary>
    protected virtual Task PrepareAsync(AblateSettings settings, ParseResult parsed, TextWriter output, CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>How the variants are made.</summary>
    protected abstract AblationPlan Plan(Llm4EsPipelines pipelines, IDataView entities, ParseResult parsed);

    protected static string? NotAmong(string variant, IReadOnlyList<string> known) =>
        known.Contains(variant) ? null : $"There is no variant '{variant}'; there are {string.Join(", ", known)}.";

    /// <summary>What is wrong with a share; null for nothing.</summary>
    protected static string? NotAShare(string variant) =>
        double.TryParse(variant, System.Globalization.CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1
            ? null
            : $"The variant '{variant}' is no share; numbers above 0 and at most 1 are expected, such as 0.1.";

    private AblateSettings Read(ParseResult parsed)
    {
        string[] variants = parsed.GetRequiredValue(VariantNames);
        string model = _model.Read(parsed);
        return new()
        {
            Name = Name,
            Task = _task.Read(parsed),
            Variants = variants.Length > 0 ? variants : StandardVariants(parsed, model),
            Model = model,
            Seeds = parsed.GetRequiredValue(_seeds),
            Tokens = parsed.GetValue(_tokens) ?? StandardTokens,
            Output = parsed.GetRequiredValue(_output),
            Command = Line(parsed),
        };
    }

    private void CheckVariants(OptionResult result)
    {
        string[] variants = result.GetValueOrDefault<string[]>();
        foreach (string problem in variants.Select(Problem).OfType<string>()) result.AddError(problem);
        foreach (IGrouping<string, string> twice in variants.GroupBy(name => name).Where(group => group.Count() > 1)) result.AddError($"The variant '{twice.Key}' is named twice.");
    }

    private static void CheckTokens(OptionResult result)
    {
        if (result.GetValueOrDefault<long?>() is < 1) result.AddError("--tokens is at least 1.");
    }

    private static int[]? ParseSeeds(ArgumentResult result)
    {
        string[] values = result.Tokens[0].Value.Split(',', StringSplitOptions.TrimEntries);
        int[] seeds = new int[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            if (int.TryParse(values[i], System.Globalization.CultureInfo.InvariantCulture, out seeds[i])) continue;
            result.AddError($"--seeds is '{result.Tokens[0].Value}'; whole numbers are expected, such as 42,43.");
            return null;
        }

        if (seeds.Distinct().Count() == seeds.Length) return seeds;
        result.AddError($"--seeds is '{result.Tokens[0].Value}'; each seed is expected once.");
        return null;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>The verb <c>enrich</c>: its options, and what they mean.</summary>
internal sealed class EnrichCommand : Verb
{
    private readonly Option<string> _events = Required("--events", "FILE", "The events, one a row: CSV with a header line (also .gz), or Parquet.");
    private readonly Option<string> _key = Required("--key", "COLUMN", "The column that says whose event a row is.");
    private readonly Option<string?> _time = new("--time") { HelpName = "COLUMN", Description = "The column that orders events: dates or numbers. Default: the order of the file." };
    private readonly Option<string[]> _fields = List("--fields", "A,B,C", "The columns to use. Default: all.", []);
    private readonly Option<string> _enricher = new("--enricher")
    {
        HelpName = "NAME",
        Description = "What retells: reformat (no language model), local (a model of this process), or openai (an OpenAI-compatible service; its key is read from OPENAI_API_KEY).",
        DefaultValueFactory = _ => EnrichSettings.Reformat,
    };
    private readonly Option<string?> _model = new("--model") { HelpName = "SOURCE", Description = "The local model: a folder, a .gguf file, or an id on the Hub such as HuggingFaceTB/SmolLM2-1.7B-Instruct[@REVISION]; or the name of the service's." };
    private readonly Option<Uri?> _endpoint = Address("--endpoint", "The address of the service, such as http://localhost:8000/v1. Default: OpenAI's.");
    private readonly Option<FileInfo> _prompt = new Option<FileInfo>("--prompt") { HelpName = "FILE", Description = "A file with what the model is asked; {text} in it stands for the text. Default: the paper's prompt." }.AcceptExistingOnly();
    private readonly Option<int> _variants = Number("--variants", "How many variants of each text to write.", 3);
    private readonly Option<int> _seed = new("--seed") { HelpName = "N", Description = "The seed of reformat.", DefaultValueFactory = _ => 42 };
    private readonly Option<double> _minFaithfulness = MinFaithfulness("The least faithfulness of a variant that is kept, 0 to 1; less is written again, up to twice.");
    private readonly Option<UnfaithfulVariant> _unfaithful = new("--unfaithful")
    {
        HelpName = "drop|repair|keep",
        Description = "What becomes of a variant that is not faithful in the end.",
        DefaultValueFactory = _ => UnfaithfulVariant.Drop,
    };
    private readonly Option<int> _concurrency = Number("--concurrency", "How many texts are written at once.", 8);
    private readonly Option<int?> _maxRequests = new("--max-requests") { HelpName = "N", Description = "Stop after so many requests; the same command goes on. Default: no limit." };
    private readonly Option<int?> _maxOutputTokens = new("--max-output-tokens") { HelpName = "N", Description = "How long an answer may be; a longer one is cut off, and not used. Default: 8,192, the paper's." };
    private readonly Option<double> _tokensPerSecond = new("--tokens-per-second")
    {
        HelpName = "N",
        Description = "How fast one answer of a service is written, or all of a local model together, for the estimate.",
        DefaultValueFactory = _ => EnrichSettings.StandardTokensPerSecond,
    };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Tell how many texts and tokens it will take, and how long, and stop there." };
    private readonly Option<string> _output = Required("--output", "FILE", "The JSON lines to write. FILE.answers holds a language model's answers, so that the same command goes on where it stopped.");

    private EnrichCommand()
        : base("enrich", "Retells each entity's events in other words or forms, checks them, and writes them as JSON lines.")
    {
        Option[] options =
        [
            _events, _key, _time, _fields, _enricher, _model, _endpoint, _prompt, _variants, _seed, _minFaithfulness, _unfaithful, _concurrency, _maxRequests, _maxOutputTokens, _tokensPerSecond, _dryRun, _output,
        ];
        foreach (Option option in options) Options.Add(option);
        _prompt.Validators.Add(CheckPrompt);
        _maxRequests.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<int?>()));
        _maxOutputTokens.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<int?>()));
        _tokensPerSecond.Validators.Add(result => CheckPositive(result, result.GetValueOrDefault<double>()));
        Validators.Add(CheckModel);
    }

    public override string Examples { get; } =
        """
        Examples:
          llm4es enrich --events events.csv.gz --key case_id --time time --variants 3 --output enriched.jsonl
          llm4es enrich --events events.csv.gz --key case_id --time time --enricher openai --endpoint http://localhost:8000/v1 \
            --model meta-llama/Llama-3.1-8B-Instruct --dry-run --output enriched.jsonl

        Each line: {"id":"17","variant":0,"text":"…","faithfulness":0.98,"tokens":412,"outcome":"kept"}

        Exit codes: 0 done, 1 failed, 2 bad usage.
        """;

    public static EnrichCommand Create()
    {
        var command = new EnrichCommand();
        command.SetAction((parsed, cancellation) => new EnrichRun(command.Read(parsed), parsed.InvocationConfiguration.Output).RunAsync(cancellation));
        return command;
    }

    private EnrichSettings Read(ParseResult parsed) => new()
    {
        Events = parsed.GetRequiredValue(_events),
        Key = parsed.GetRequiredValue(_key),
        Time = parsed.GetValue(_time),
        Fields = parsed.GetRequiredValue(_fields),
        Enricher = parsed.GetRequiredValue(_enricher),
        Model = parsed.GetValue(_model),
        Endpoint = parsed.GetValue(_endpoint),
        Prompt = parsed.GetValue(_prompt) is { } prompt ? File.ReadAllText(prompt.FullName) : null,
        Variants = parsed.GetRequiredValue(_variants),
        Seed = parsed.GetRequiredValue(_seed),
        MinFaithfulness = parsed.GetRequiredValue(_minFaithfulness),
        Unfaithful = parsed.GetRequiredValue(_unfaithful),
        Concurrency = parsed.GetRequiredValue(_concurrency),
        MaxRequests = parsed.GetValue(_maxRequests),
        MaxOutputTokens = parsed.GetValue(_maxOutputTokens),
        TokensPerSecond = parsed.GetRequiredValue(_tokensPerSecond),
        DryRun = parsed.GetRequiredValue(_dryRun),
        Output = parsed.GetRequiredValue(_output),
    };

    private static void CheckPrompt(OptionResult result)
    {
        // That it exists is checked beside this; its value cannot be asked for where it does not.
        if (result.Tokens is not [{ Value: string prompt }] || !File.Exists(prompt)) return;
        try
        {
            _ = new ChatClientEnricherOptions { UserPrompt = File.ReadAllText(prompt) };
        }
        catch (ArgumentException exception)
        {
            result.AddError($"{prompt} (--prompt): {CommandLine.Message(exception)}");
        }
    }

    private void CheckModel(CommandResult result)
    {
        // A default is not there yet when a command is checked.
        string enricher = result.GetValue(_enricher) ?? EnrichSettings.Reformat;
        string? model = result.GetValue(_model);
        if (!EnrichSettings.KnownEnrichers.Contains(enricher)) result.AddError($"There is no enricher '{enricher}'; there are {string.Join(", ", EnrichSettings.KnownEnrichers)}.");
        if (enricher is EnrichSettings.Reformat && (model ?? result.GetValue(_endpoint)?.ToString() ?? result.GetValue(_prompt)?.Name) is not null)
            result.AddError("--model, --endpoint and --prompt are for --enricher local and openai; reformat uses no language model.");
        if (enricher is EnrichSettings.Local or EnrichSettings.OpenAI && model is null)
            result.AddError($"--enricher {enricher} needs --model: {(enricher is EnrichSettings.Local ? "the folder, .gguf file or Hub id of an instruction-tuned model" : "its name at the service")}.");
    }
}

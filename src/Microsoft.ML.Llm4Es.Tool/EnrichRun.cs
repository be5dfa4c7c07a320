using System.ClientModel;
using System.ClientModel.Primitives;
using Microsoft.Extensions.AI;
using Microsoft.ML.Data;
using OpenAI;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of the verb <c>enrich</c>.</summary>
internal sealed class EnrichRun(EnrichSettings settings, TextWriter output)
{
    private const string KeyVariable = "OPENAI_API_KEY";

    private readonly MLContext _ml = new(settings.Seed);

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        OutputFolder.Check(Path.GetDirectoryName(Path.GetFullPath(settings.Output))!);
        (string[] ids, string[] texts) = Load();
        ILookup<string, string> idsByText = ids.Zip(texts).ToLookup(pair => pair.Second, pair => pair.First);
        string[] distinct = [.. idsByText.Select(group => group.Key)];
        output.WriteLine($"{ids.Length:N0} entities, {distinct.Length:N0} distinct texts, {settings.Variants} variants of each");
        output.WriteLine(EnrichmentEstimate.Of(settings, distinct).ToString());
        if (settings.DryRun) return CommandLine.Done;

        Enricher enricher = NewEnricher();
        using var disposable = enricher as IDisposable;
        EnrichmentTotals totals = await EnrichmentDisplay.ShowAsync(output, async progress =>
        {
            var options = new EnrichDescriptionsOptions { MinFaithfulness = settings.MinFaithfulness, Unfaithful = settings.Unfaithful, Progress = progress };
            var run = new EnrichmentRun(enricher, settings.Variants, options);
            using var file = new EnrichedTextFile(settings.Output);
            await foreach (EnrichedText enriched in run.RunAsync(distinct, cancellation)) file.Write(idsByText[distinct[enriched.Source]], enriched);
            file.Complete();
            return run.Totals;
        });

        output.WriteLine(totals.ToString());
        if (totals.Unanswered > 0) output.WriteLine($"{totals.Unanswered:N0} variants were not asked for, since --max-requests was reached. The same command goes on.");
        output.WriteLine($"Written to {settings.Output}");
        return CommandLine.Done;
    }

    private (string[] Ids, string[] Texts) Load()
    {
        IDataView events = _ml.Data.LoadFromTableFile(settings.Events);
        EventsFile.RequireColumns(settings.Events, events, [("--key", settings.Key), ("--time", settings.Time), .. settings.Fields.Select(field => ("--fields", (string?)field))]);
        EventsFile.RequireTime(settings.Events, events, settings.Time);
        string[] columns = settings.Fields.Count == 0 ? [.. events.Schema.Select(column => column.Name)] : [settings.Key, .. settings.Time is null ? [] : new[] { settings.Time }, .. settings.Fields];
        IDataView selected = _ml.Transforms.SelectColumns([.. columns.Distinct()]).Fit(events).Transform(events);
        IDataView grouped = _ml.Data.GroupEvents(selected, settings.Key, settings.Time);
        const string Text = "Llm4EsText", Id = "Llm4EsId";
        IDataView texts = _ml.Transforms.TextifyEvents(Text).Append(_ml.Transforms.Conversion.ConvertType(Id, settings.Key, DataKind.String)).Fit(grouped).Transform(grouped);
        return ([.. texts.GetColumn<string>(Id)], [.. texts.GetColumn<string>(Text)]);
    }

    private Enricher NewEnricher()
    {
        var options = new ChatClientEnricherOptions { Concurrency = settings.Concurrency, CachePath = settings.Answers, MaxRequests = settings.MaxRequests };
        return settings.Enricher switch
        {
            EnrichSettings.Local => LanguageModelEnricher.Open(settings.Model!, options, settings.Concurrency),
            EnrichSettings.OpenAI => new ChatClientEnricher(NewClient(), options),
            _ => new ReformatEnricher(new ReformatEnricherOptions { Seed = settings.Seed }),
        };
    }

    private IChatClient NewClient()
    {
        string? key = Environment.GetEnvironmentVariable(KeyVariable);
        if (string.IsNullOrEmpty(key) && settings.Endpoint is null) throw new InvalidOperationException($"OpenAI wants a key in the environment variable {KeyVariable}; a service of your own is named by --endpoint.");

        // The enricher asks again itself, and keeps what was answered.
        var options = new OpenAIClientOptions { RetryPolicy = new ClientRetryPolicy(maxRetries: 0) };
        if (settings.Endpoint is not null) options.Endpoint = settings.Endpoint;
        return new OpenAIClient(new ApiKeyCredential(string.IsNullOrEmpty(key) ? "none" : key), options).GetChatClient(settings.Model).AsIChatClient();
    }
}

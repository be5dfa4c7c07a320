namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>One run of the verb <c>enrich</c>.</summary>
internal sealed class EnrichRun(EnrichSettings settings, TextWriter output)
{
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

        Enricher enricher = await OpenEnricherAsync(cancellation);
        using var disposable = enricher as IDisposable;
        EnrichmentTotals totals;
        try
        {
            totals = await EnrichmentDisplay.ShowAsync(output, async progress =>
            {
                var options = new EnrichDescriptionsOptions { MinFaithfulness = settings.MinFaithfulness, Unfaithful = settings.Unfaithful, Progress = progress };
                var run = new EnrichmentRun(enricher, settings.Variants, options);
                using var file = new EnrichedTextFile(settings.Output);
                await foreach (EnrichedText enriched in run.RunAsync(distinct, cancellation)) file.Write(idsByText[distinct[enriched.Source]], enriched);
                file.Complete();
                return run.Totals;
            });
        }
        catch (OperationCanceledException) when (File.Exists(settings.Answers))
        {
            output.WriteLine($"What was answered is kept in {settings.Answers}; the same command goes on.");
            throw;
        }

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
        return EntityTexts.Read(_ml, grouped, settings.Key);
    }

    private async Task<Enricher> OpenEnricherAsync(CancellationToken cancellation)
    {
        if (settings.Enricher == EnrichSettings.Reformat) return new ReformatEnricher(new ReformatEnricherOptions { Seed = settings.Seed });
        var choice = new EnricherChoice(settings.Model!, settings.Answers, settings.Concurrency)
        {
            Endpoint = settings.Endpoint,
            Prompt = settings.Prompt,
            MaxRequests = settings.MaxRequests,
            MaxOutputTokens = settings.MaxOutputTokens,
        };
        return settings.Enricher == EnrichSettings.Local ? await choice.OpenLocalAsync(output, cancellation) : choice.OpenService();
    }
}

using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Reads the files of an evaluation, and checks all that can be checked before the long work starts.</summary>
internal sealed class EvaluateInput(MLContext ml, EvaluateSettings settings, TextWriter output)
{
    /// <summary>A row for each entity: its events as vectors, its label, its fold.</summary>
    /// <exception cref="InvalidDataException">The files do not hold what the settings say.</exception>
    public IDataView Load(DownstreamEvaluation evaluation)
    {
        IDataView entities = ml.Data.LoadFromTableFile(settings.Entities);
        EventsFile.RequireColumns(settings.Entities, entities, [
            ("--key", settings.Key), ("--label", settings.Label), ("--fold", settings.Fold), ("--group", settings.Group), ("--label-time", settings.LabelTime),
        ]);
        IDataView events = ml.Data.LoadFromTableFile(settings.Events);
        EventsFile.RequireColumns(
            settings.Events, events, [("--key", settings.Key), ("--time", settings.Time), .. settings.Fields.Select(field => ("--fields", (string?)field))]);
        EventsFile.RequireTime(settings.Events, events, settings.Time);

        IDataView table = Select(entities, [settings.Key, .. EntityColumns().Where(column => column != settings.Key)]);
        evaluation.Check(table);
        IDataView grouped = ml.Data.GroupEvents(
            Select(events, EventColumns(events.Schema)), new GroupEventsOptions { Key = settings.Key, Time = settings.Time, Within = settings.Within });
        IDataView joined = ml.Data.JoinEntities(grouped, table, settings.Key, settings.Key, out EntityMatch match);
        Report(events, match);
        return joined;
    }

    /// <summary>The columns of the entities that an evaluation reads, which are never events' fields.</summary>
    private string[] EntityColumns() => [.. new[] { settings.Label, settings.Fold, settings.Group, settings.LabelTime }.OfType<string>().Distinct()];

    /// <summary>Key, time and fields, in the order of the file where no fields are named.</summary>
    private string[] EventColumns(DataViewSchema schema)
    {
        IEnumerable<string> fields = settings.Fields.Count > 0 ? settings.Fields : schema.Select(column => column.Name);
        string[] columns = [.. fields.Where(field => !EntityColumns().Contains(field) && field != settings.Key && field != settings.Time)];
        if (columns.Length == 0)
        {
            throw new InvalidDataException($"{settings.Events} has no column to use but the key, the time, the label and the fold. " +
                $"It has: {string.Join(", ", schema.Select(c => c.Name))}.");
        }

        return settings.Time is null ? [settings.Key, .. columns] : [settings.Key, settings.Time, .. columns];
    }

    private IDataView Select(IDataView rows, string[] columns) => ml.Transforms.SelectColumns(columns).Fit(rows).Transform(rows);

    private void Report(IDataView events, EntityMatch match)
    {
        string which = settings.Within is { } limit ? $"; {match.Entities:N0} entities go on for longer than {limit}" : $" of {match.Entities:N0} entities";
        output.WriteLine($"{events.GetRowCount():N0} events{which} in {settings.Events}; {match.TableRows:N0} entities in {settings.Entities}");
        int unknown = match.EntitiesWithoutRow;
        if (unknown > 0)
            output.WriteLine($"{unknown:N0} entities with events are not in {settings.Entities} and are left out, such as {match.EntitiesWithoutRowExamples[0]}");

        int without = match.RowsWithoutEvents;
        if (without == 0) return;
        if (settings.Within is { } within)
        {
            output.WriteLine($"{without:N0} entities have no event later than {within} after their first one and are left out, such as {match.RowsWithoutEventsExamples[0]}");
            return;
        }

        if (!settings.SkipEntitiesWithoutEvents)
        {
            throw new InvalidDataException($"{without:N0} of {match.TableRows:N0} entities in {settings.Entities} have no events in {settings.Events}, such as " +
                $"{match.RowsWithoutEventsExamples[0]}. Add their events, or leave these entities out with --skip-entities-without-events.");
        }

        output.WriteLine($"{without:N0} entities without events are left out, such as {match.RowsWithoutEventsExamples[0]}");
    }
}

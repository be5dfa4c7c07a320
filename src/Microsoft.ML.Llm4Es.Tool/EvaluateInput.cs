using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Reads the files of an evaluation, and checks all that can be checked before the long work starts.</summary>
internal sealed class EvaluateInput(MLContext ml, EvaluationTask task, TextWriter output)
{
    /// <summary>A row for each entity: its events as vectors, its label, its fold.</summary>
    /// <exception cref="InvalidDataException">The files do not hold what the task says.</exception>
    public IDataView Load(DownstreamEvaluation evaluation)
    {
        IDataView entities = ml.Data.LoadFromTableFile(task.Entities);
        EventsFile.RequireColumns(task.Entities, entities, [
            ("--key", task.Key), ("--label", task.Label), ("--fold", task.Fold), ("--group", task.Group), ("--label-time", task.LabelTime),
            .. task.Breakdowns.Select(column => ("--breakdown", (string?)column)),
        ]);
        IDataView events = ml.Data.LoadFromTableFile(task.Events);
        EventsFile.RequireColumns(
            task.Events, events, [("--key", task.Key), ("--time", task.Time), .. task.Fields.Select(field => ("--fields", (string?)field))]);
        EventsFile.RequireTime(task.Events, events, task.Time);

        IDataView table = Select(entities, [task.Key, .. EntityColumns().Where(column => column != task.Key)]);
        evaluation.Check(table);
        IDataView grouped = ml.Data.GroupEvents(Select(events, EventColumns(events.Schema)), new GroupEventsOptions { Key = task.Key, Time = task.Time, Within = task.Within });
        IDataView joined = ml.Data.JoinEntities(grouped, table, task.Key, task.Key, out EntityMatch match);
        Report(events, match);
        return joined;
    }

    /// <summary>The columns of the entities that an evaluation reads, which are never events' fields.</summary>
    private string[] EntityColumns() => [.. new[] { task.Label, task.Fold, task.Group, task.LabelTime }.Concat(task.Breakdowns).OfType<string>().Distinct()];

    /// <summary>The fields of events, in the order of the file where none are named: never what is known of an entity alone, such as its label.</summary>
    public string[] Fields(DataViewSchema schema)
    {
        IEnumerable<string> fields = task.Fields.Count > 0 ? task.Fields : schema.Select(column => column.Name);
        string[] columns = [.. fields.Where(field => !EntityColumns().Contains(field) && field != task.Key && field != task.Time)];
        return columns.Length > 0
            ? columns
            : throw new InvalidDataException($"{task.Events} has no column to use but the key, the time, the label and the fold. It has: {string.Join(", ", schema.Select(c => c.Name))}.");
    }

    private string[] EventColumns(DataViewSchema schema) => task.Time is null ? [task.Key, .. Fields(schema)] : [task.Key, task.Time, .. Fields(schema)];

    private IDataView Select(IDataView rows, string[] columns) => ml.Transforms.SelectColumns(columns).Fit(rows).Transform(rows);

    private void Report(IDataView events, EntityMatch match)
    {
        string which = task.Within is { } limit ? $"; {match.Entities:N0} entities go on for longer than {limit}" : $" of {match.Entities:N0} entities";
        output.WriteLine($"{events.GetRowCount():N0} events{which} in {task.Events}; {match.TableRows:N0} entities in {task.Entities}");
        int unknown = match.EntitiesWithoutRow;
        if (unknown > 0)
            output.WriteLine($"{unknown:N0} entities with events are not in {task.Entities} and are left out, such as {match.EntitiesWithoutRowExamples[0]}");

        int without = match.RowsWithoutEvents;
        if (without == 0) return;
        if (task.Within is { } within)
        {
            output.WriteLine($"{without:N0} entities have no event later than {within} after their first one and are left out, such as {match.RowsWithoutEventsExamples[0]}");
            return;
        }

        if (!task.SkipEntitiesWithoutEvents)
        {
            throw new InvalidDataException($"{without:N0} of {match.TableRows:N0} entities in {task.Entities} have no events in {task.Events}, such as " +
                $"{match.RowsWithoutEventsExamples[0]}. Add their events, or leave these entities out with --skip-entities-without-events.");
        }

        output.WriteLine($"{without:N0} entities without events are left out, such as {match.RowsWithoutEventsExamples[0]}");
    }
}

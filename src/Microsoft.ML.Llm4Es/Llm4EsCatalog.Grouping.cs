using Microsoft.ML.Llm4Es;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

/// <content>The stage that makes one row of each entity's events.</content>
public static partial class Llm4EsCatalog
{
    /// <summary>
    /// Makes one row of each entity's events: events in order of time, every column a vector with a value for each event. The result is held in memory;
    /// entities come in the order in which the events name them first. The time column carries a boolean annotation, <c>Llm4EsEventTime</c>, by which
    /// <c>TextifyEvents</c> knows it.
    /// </summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="events">The events, one a row, in any order.</param>
    /// <param name="key">The column that tells whose event it is.</param>
    /// <param name="time">The column of event times; null keeps the order of the rows. Events of the same time keep their order.</param>
    /// <param name="constants">Columns that are the same in all events of an entity (a label, a static field); they stay scalars.</param>
    /// <returns>The entities.</returns>
    /// <exception cref="ArgumentException">A column is missing, is not a scalar, or is of a type that its role does not take.</exception>
    /// <exception cref="InvalidDataException">There are no events; a key or time is missing or does not parse; a constant varies.</exception>
    public static IDataView GroupEvents(this DataOperationsCatalog catalog, IDataView events, string key, string? time, params IReadOnlyList<string> constants) =>
        catalog.GroupEvents(events, new GroupEventsOptions { Key = key, Time = time, Constants = constants });

    /// <summary>Makes one row of each entity's events, with options.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="events">The events, one a row, in any order.</param>
    /// <param name="options">The settings.</param>
    /// <returns>The entities.</returns>
    /// <exception cref="ArgumentException">A column is missing, is not a scalar, or is of a type that its role does not take.</exception>
    /// <exception cref="InvalidDataException">There are no events; a key or time is missing or does not parse; a constant varies.</exception>
    public static IDataView GroupEvents(this DataOperationsCatalog catalog, IDataView events, GroupEventsOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(options);
        using IChannel channel = catalog.Environment().Register(nameof(GroupEvents)).Start("Grouping");
        (MemoryView view, int count, int entities) = new EventGrouping(new EventColumns(events.Schema, options), options.Within).Group(events);
        channel.Info($"{count:N0} events of {entities:N0} entities");
        return view;
    }

    /// <summary>Adds the columns of a table with a row for each entity (labels, folds, static fields) to the entities, by key.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="entities">The entities, such as <c>GroupEvents</c> makes them.</param>
    /// <param name="table">The table; each entity at most once.</param>
    /// <param name="key">The key column of both. Keys are compared as text: 17 finds "17".</param>
    /// <returns>The entities that found their row, with the table's columns; those without a row are left out. ML.NET's log says how many.</returns>
    /// <exception cref="ArgumentException">A column is missing, is not a scalar, or is in both.</exception>
    /// <exception cref="InvalidDataException">The table has an entity twice, or a row without one; or no entity found its row.</exception>
    public static IDataView JoinEntities(this DataOperationsCatalog catalog, IDataView entities, IDataView table, string key) =>
        catalog.JoinEntities(entities, table, key, key, out _);

    /// <summary>Adds the columns of a table with a row for each entity to the entities, by key, and tells how many found their row.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="entities">The entities, such as <c>GroupEvents</c> makes them.</param>
    /// <param name="table">The table; each entity at most once.</param>
    /// <param name="key">The key column of both. Keys are compared as text: 17 finds "17".</param>
    /// <param name="match">How many entities found their row, and examples of those that did not.</param>
    /// <returns>The entities that found their row, with the table's columns; those without a row are left out.</returns>
    /// <exception cref="ArgumentException">A column is missing, is not a scalar, or is in both.</exception>
    /// <exception cref="InvalidDataException">The table has an entity twice, or a row without one; or no entity found its row.</exception>
    public static IDataView JoinEntities(this DataOperationsCatalog catalog, IDataView entities, IDataView table, string key, out EntityMatch match) =>
        catalog.JoinEntities(entities, table, key, key, out match);

    /// <summary>Adds the columns of a table with a row for each entity to the entities, by key, and tells how many found their row.</summary>
    /// <param name="catalog">The data catalog.</param>
    /// <param name="entities">The entities, such as <c>GroupEvents</c> makes them.</param>
    /// <param name="table">The table; each entity at most once.</param>
    /// <param name="key">The key column of the entities.</param>
    /// <param name="tableKey">The key column of the table. Keys are compared as text: 17 finds "17".</param>
    /// <param name="match">How many entities found their row, and examples of those that did not.</param>
    /// <returns>The entities that found their row, with the table's columns; those without a row are left out.</returns>
    /// <exception cref="ArgumentException">A column is missing, is not a scalar, or is in both.</exception>
    /// <exception cref="InvalidDataException">The table has an entity twice, or a row without one; or no entity found its row.</exception>
    public static IDataView JoinEntities(
        this DataOperationsCatalog catalog, IDataView entities, IDataView table, string key, string tableKey, out EntityMatch match)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(entities);
        ArgumentNullException.ThrowIfNull(table);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentException.ThrowIfNullOrEmpty(tableKey);
        using IChannel channel = catalog.Environment().Register(nameof(JoinEntities)).Start("Joining");
        (IDataView view, match) = EntityJoin.Join(entities, table, key, tableKey);
        if (match.EntitiesWithoutRow == 0) channel.Info(match.ToString());
        else channel.Warning(match.ToString());
        return view;
    }
}

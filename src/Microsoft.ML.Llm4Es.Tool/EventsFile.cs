using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Checks what a command line says of a file against what the file has.</summary>
internal static class EventsFile
{
    /// <exception cref="InvalidDataException">A column is missing.</exception>
    public static void RequireColumns(string file, IDataView rows, IReadOnlyList<(string Option, string? Column)> required)
    {
        string[] missing = [.. required
            .Where(pair => pair.Column is not null && rows.Schema.GetColumnOrNull(pair.Column) is null)
            .Select(pair => $"'{pair.Column}' ({pair.Option})")];
        if (missing.Length > 0)
            throw new InvalidDataException($"{file} has no column {string.Join(" and no column ", missing)}. It has: {string.Join(", ", rows.Schema.Select(c => c.Name))}.");
    }

    /// <exception cref="InvalidDataException">The column holds true and false.</exception>
    public static void RequireTime(string file, IDataView events, string? time)
    {
        if (time is not null && events.Schema[time].Type is BooleanDataViewType)
            throw new InvalidDataException($"{file}: the column '{time}' (--time) holds true and false; dates or numbers are expected. Name the column of event times.");
    }
}

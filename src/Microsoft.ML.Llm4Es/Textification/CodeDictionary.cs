using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Llm4Es;

/// <summary>Reads dictionaries from codes to readable names, such as merchant category codes.</summary>
[SuppressMessage("Naming", "CA1711", Justification = "It reads dictionaries of codes; that is what users look for.")]
public static class CodeDictionary
{
    /// <summary>Reads two columns of a CSV file with a header line (RFC 4180: fields in double quotes may hold commas and line ends).</summary>
    /// <param name="path">The file, UTF-8.</param>
    /// <param name="codeColumn">The column that holds the codes.</param>
    /// <param name="nameColumn">The column that holds the readable names.</param>
    /// <returns>The names by code.</returns>
    /// <exception cref="FileNotFoundException">The file is not there.</exception>
    /// <exception cref="InvalidDataException">The file is empty, lacks a column, or has a code twice with different names.</exception>
    public static IReadOnlyDictionary<string, string> FromCsv(string path, string codeColumn, string nameColumn)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentException.ThrowIfNullOrEmpty(codeColumn);
        ArgumentException.ThrowIfNullOrEmpty(nameColumn);

        using var reader = new StreamReader(path);
        List<string>? header = CsvRecord.Read(reader) ?? throw new InvalidDataException($"{path} is empty; a header line with '{codeColumn}' and '{nameColumn}' is expected.");
        int code = Find(header, codeColumn, path), name = Find(header, nameColumn, path);
        var names = new Dictionary<string, string>();
        for (int record = 2; CsvRecord.Read(reader) is { } fields; record++)
        {
            if (fields is [""]) continue;
            if (fields.Count <= Math.Max(code, name))
                throw new InvalidDataException($"{path}, record {record}: {fields.Count} fields were found, {header.Count} are expected.");
            if (!names.TryAdd(fields[code], fields[name]) && names[fields[code]] != fields[name])
                throw new InvalidDataException($"{path}, record {record}: the code '{fields[code]}' is named '{fields[name]}' here and '{names[fields[code]]}' before.");
        }

        return names;
    }

    private static int Find(List<string> header, string column, string path)
    {
        int index = header.IndexOf(column);
        return index >= 0 ? index : throw new InvalidDataException($"{path} has no column '{column}'. It has: {string.Join(", ", header)}.");
    }
}

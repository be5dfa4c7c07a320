namespace Microsoft.ML.Llm4Es;

/// <summary>Other names for fields.</summary>
internal static class FieldSynonyms
{
    /// <summary>Names of fields that event data often has. Names not listed stay as they are.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyList<string>> Default = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
    {
        ["after"] = ["time since previous", "gap", "elapsed"],
        ["amount"] = ["sum", "value", "total"],
        ["category"] = ["kind", "class", "group"],
        ["channel"] = ["medium", "via"],
        ["city"] = ["town", "place"],
        ["code"] = ["identifier", "tag"],
        ["count"] = ["number", "how many"],
        ["country"] = ["state", "nation"],
        ["currency"] = ["money unit", "denomination"],
        ["date"] = ["day", "on", "when"],
        ["day"] = ["date", "day number"],
        ["gap"] = ["after", "time since previous", "elapsed"],
        ["genre"] = ["style", "kind"],
        ["item"] = ["article", "thing"],
        ["merchant"] = ["seller", "shop"],
        ["name"] = ["title", "label"],
        ["price"] = ["cost", "charge"],
        ["product"] = ["item", "article", "goods"],
        ["quantity"] = ["count", "number of units"],
        ["rating"] = ["score", "stars", "mark"],
        ["result"] = ["outcome", "finding"],
        ["status"] = ["state", "condition"],
        ["time"] = ["when", "moment"],
        ["title"] = ["name", "heading"],
        ["type"] = ["kind", "sort"],
        ["unit"] = ["measure", "unit of measure"],
        ["value"] = ["reading", "figure"],
    };

    /// <summary>Gives each field its name or a synonym of it, by chance; no two fields get the same.</summary>
    public static string[] Rename(IReadOnlyList<string> fields, IReadOnlyDictionary<string, IReadOnlyList<string>> synonyms, Random random)
    {
        // A synonym must not be another field's own name either.
        var taken = new HashSet<string>(fields, StringComparer.OrdinalIgnoreCase);
        string[] names = [.. fields];
        for (int i = 0; i < names.Length; i++)
        {
            string[] free = [names[i], .. synonyms.GetValueOrDefault(names[i], []).Where(synonym => !taken.Contains(synonym))];
            names[i] = free[random.Next(free.Length)];
            taken.Add(names[i]);
        }

        return names;
    }
}

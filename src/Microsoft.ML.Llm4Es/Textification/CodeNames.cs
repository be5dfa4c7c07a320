using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>Looks readable names up by code, without making strings of codes.</summary>
internal sealed class CodeNames
{
    private readonly Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> _names;
    private readonly Dictionary<long, string> _namesOfNumbers = [];

    public CodeNames(IReadOnlyDictionary<string, string> names)
    {
        _names = new Dictionary<string, string>(names).GetAlternateLookup<ReadOnlySpan<char>>();
        foreach ((string code, string name) in names)
        {
            if (!long.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)) continue;
            // Should there be both "742" and "0742", a number means the former.
            if (code == number.ToString(CultureInfo.InvariantCulture)) _namesOfNumbers[number] = name;
            else _namesOfNumbers.TryAdd(number, name);
        }
    }

    /// <summary>Writes a code's name; the code itself where it has none.</summary>
    public void Append(TextBuffer text, ReadOnlySpan<char> code) => EventTable.AppendValue(text, _names.TryGetValue(code, out string? name) ? name : code);

    /// <summary>Writes the name of a code that is a number, whatever zeros the dictionary's code begins with: 742 finds "0742".</summary>
    public void Append(TextBuffer text, long code)
    {
        if (_namesOfNumbers.TryGetValue(code, out string? name)) EventTable.AppendValue(text, name);
        else text.Append(code);
    }
}

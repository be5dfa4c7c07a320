using System.Text;

namespace Microsoft.ML.Llm4Es;

/// <summary>Makes words of a column's name: <c>minutes_from_admission</c> and <c>MinutesFromAdmission</c> become "minutes from admission".</summary>
internal static class ReadableName
{
    public static string Of(string column)
    {
        var words = new StringBuilder(column.Length + 8);
        for (int i = 0; i < column.Length; i++)
        {
            char c = column[i];
            bool separator = c is '_' or '-' or '.' || char.IsWhiteSpace(c);
            if ((separator || BeginsWord(column, i)) && words.Length > 0 && words[^1] != ' ') words.Append(' ');
            if (!separator) words.Append(char.ToLowerInvariant(c));
        }

        string name = words.ToString().Trim();
        return name.Length > 0 ? name : column;
    }

    /// <summary>A capital begins a word after a small letter, or where it is the last of several before a small one: CustomerIDNumber.</summary>
    private static bool BeginsWord(string column, int i) =>
        i > 0 && char.IsUpper(column[i]) &&
        (char.IsLower(column[i - 1]) || char.IsDigit(column[i - 1]) || (char.IsUpper(column[i - 1]) && i + 1 < column.Length && char.IsLower(column[i + 1])));
}

using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The class of each row, from a label column of any type.</summary>
internal sealed class ClassLabels
{
    /// <summary>A label with more values than this is taken for something other than a class.</summary>
    private const int MaxClasses = 100;

    private ClassLabels(string column, string[] names, int[] classes)
    {
        Column = column;
        Names = names;
        Classes = classes;
    }

    /// <summary>The name of the label column.</summary>
    public string Column { get; }

    /// <summary>The classes in order: of numbers where all are, else of text. The last of two is the positive one: 1, true, yes.</summary>
    public string[] Names { get; }

    /// <summary>The index in <see cref="Names"/> of each row's class.</summary>
    public int[] Classes { get; }

    public bool IsBinary => Names.Length == 2;

    /// <exception cref="InvalidDataException">The labels are of one class only or of too many.</exception>
    public static ClassLabels Parse(string column, string[] values)
    {
        string[] names = Ordered(values.Distinct());
        if (names.Length < 2)
            throw new InvalidDataException($"The label '{column}' has one class only ({string.Join("", names)}). It needs rows of at least two.");
        if (names.Length > MaxClasses)
        {
            throw new InvalidDataException($"The label '{column}' has {names.Length} different values in {values.Length} rows, such as {string.Join(", ", names.Take(3))}; " +
                $"that is no class. Choose a column with at most {MaxClasses} classes, put the values into ranges, or say that the label is a number (label kind 'number').");
        }

        Dictionary<string, int> index = names.Select((name, i) => (name, i)).ToDictionary(pair => pair.name, pair => pair.i);
        return new ClassLabels(column, names, Array.ConvertAll(values, value => index[value]));
    }

    /// <summary>Distinct values in the order of numbers where all are numbers, else of text.</summary>
    internal static string[] Ordered(IEnumerable<string> distinct)
    {
        string[] values = [.. distinct];
        return values.All(value => double.TryParse(value, CultureInfo.InvariantCulture, out _))
            ? [.. values.OrderBy(value => double.Parse(value, CultureInfo.InvariantCulture)).ThenBy(value => value, StringComparer.Ordinal)]
            : [.. values.Order(StringComparer.Ordinal)];
    }
}

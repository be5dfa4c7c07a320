using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The key/value pairs of a GGUF file, read as the type that the reader of a key expects.</summary>
/// <param name="values">Every value under its key.</param>
internal sealed class GgufMetadata(IReadOnlyDictionary<string, object> values)
{
    /// <summary>All values: numbers, bools, strings, and arrays of one of them.</summary>
    public IReadOnlyDictionary<string, object> Values => values;

    /// <summary>The string under a key; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The value is of another type.</exception>
    public string? Text(string key) => Optional<string>(key, "a string");

    /// <summary>The array of strings or numbers under a key; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The value is of another type.</exception>
    public T[]? Array<T>(string key) => Optional<T[]>(key, $"an array of {typeof(T).Name}");

    /// <summary>The bool under a key; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The value is of another type.</exception>
    public bool? Boolean(string key) => values.TryGetValue(key, out object? value) ? value as bool? ?? throw Unexpected(key, value, "a bool") : null;

    /// <summary>The whole number, of whatever width, under a key; null where there is none.</summary>
    /// <exception cref="InvalidDataException">The value is of another type, negative, or more than an <see cref="int"/> holds.</exception>
    public int? Count(string key)
    {
        if (!values.TryGetValue(key, out object? value)) return null;

        bool whole = value is byte or sbyte or ushort or short or uint or int or ulong or long;
        decimal number = whole ? Convert.ToDecimal(value, CultureInfo.InvariantCulture) : -1;
        return number is >= 0 and <= int.MaxValue ? (int)number : throw Unexpected(key, value, $"a whole number from 0 to {int.MaxValue}");
    }

    /// <summary>The positive whole number under a key that must be there.</summary>
    /// <exception cref="InvalidDataException">The key is missing, or its value is not such a number.</exception>
    public int Size(string key) => Count(key) switch
    {
        null => throw new InvalidDataException($"the metadata has no {key}."),
        0 => throw new InvalidDataException($"{key} is 0; at least 1 is expected."),
        int size => size,
    };

    /// <summary>The floating-point number under a key; null where there is none. An fp32 number is read as the shortest decimal that it stands for.</summary>
    /// <exception cref="InvalidDataException">The value is of another type, or not finite.</exception>
    public double? Number(string key)
    {
        if (!values.TryGetValue(key, out object? value)) return null;

        double number = value switch
        {
            // 1e-5 was meant where 9.99999974737875e-06 is the nearest fp32 number.
            float single when float.IsFinite(single) => double.Parse(single.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture),
            double wide => wide,
            _ => double.NaN,
        };
        return double.IsFinite(number) ? number : throw Unexpected(key, value, "a finite floating-point number");
    }

    private T? Optional<T>(string key, string expected)
        where T : class
        => values.TryGetValue(key, out object? value) ? value as T ?? throw Unexpected(key, value, expected) : null;

    private static InvalidDataException Unexpected(string key, object value, string expected)
    {
        string found = value is Array array ? $"{array.Length:N0} items of {array.GetType().GetElementType()!.Name}" : $"{value} ({value.GetType().Name})";
        return new InvalidDataException($"{key} is {found}; {expected} is expected.");
    }
}

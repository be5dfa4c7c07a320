using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values of a text column. A value that comes again is kept once: most event fields are few words, often.</summary>
internal sealed class TextColumnValues(ValueGetter<ReadOnlyMemory<char>> getter) : ColumnValues
{
    private readonly List<int> _rows = [];
    private readonly List<string> _texts = [];
    private readonly Dictionary<string, int> _numbers = [];
    private ReadOnlyMemory<char> _current;

    public override void Read()
    {
        getter(ref _current);
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(_current.Span, out int number))
        {
            number = _texts.Count;
            _texts.Add(_current.ToString());
            _numbers.Add(_texts[number], number);
        }

        _rows.Add(number);
    }

    public override bool IsMissing(int row) => string.IsNullOrWhiteSpace(Text(row));

    public override bool AreEqual(int row, int other) => _rows[row] == _rows[other];

    public override int Compare(int row, int other) => string.CompareOrdinal(Text(row), Text(other));

    public override string Text(int row) => _texts[_rows[row]];

    public override MemoryColumn ToScalars(int[] rows) =>
        new ScalarMemoryColumn<ReadOnlyMemory<char>>(Array.ConvertAll(rows, row => Text(row).AsMemory()));

    public override MemoryColumn ToVectors(int[] rows, int[] starts) => new TextVectorMemoryColumn([.. _texts], Array.ConvertAll(rows, row => _rows[row]), starts);

    public override int[] Distinct(out int count)
    {
        count = _texts.Count;
        return [.. _rows];
    }

    /// <summary>The values as dates, or as numbers if the first is one.</summary>
    /// <exception cref="InvalidDataException">A value is neither; the message names row and value.</exception>
    public (ColumnValues Values, PrimitiveDataViewType Type) ParseTimes(string column) =>
        _texts.Count > 0 && TimeText.TryParseNumber(_texts[0], out _)
            ? (Parse<double>(column, "a number, as the first row has", TimeText.TryParseNumber), NumberDataViewType.Double)
            : (Parse<DateTime>(column, "a date such as 2024-03-31 14:05:00 (ISO 8601) or a number", TimeText.TryParseDate), DateTimeDataViewType.Instance);

    private ColumnValues<T> Parse<T>(string column, string expected, TryParse<T> tryParse) where T : notnull
    {
        var parsed = new T[_texts.Count];
        for (int number = 0; number < parsed.Length; number++)
        {
            if (tryParse(_texts[number], out parsed[number])) continue;
            throw new InvalidDataException(
                $"Row {_rows.IndexOf(number) + 1} of the events has the time '{_texts[number]}' in '{column}'; expected is {expected}. Correct the row or leave it out.");
        }

        return new ColumnValues<T>([.. _rows.Select(number => parsed[number])]);
    }

    private delegate bool TryParse<T>(string text, out T value);
}

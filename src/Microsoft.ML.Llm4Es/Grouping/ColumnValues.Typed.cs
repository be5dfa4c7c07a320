using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values of a column that is not text.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class ColumnValues<T> : ColumnValues where T : notnull
{
    private readonly ValueGetter<T>? _getter;
    private readonly string[]? _keyNames;
    private readonly List<T> _values;

    /// <summary>Values to be read.</summary>
    /// <param name="getter">Where they are read from.</param>
    /// <param name="keyNames">What the numbers stand for if the column is of a key type; else null.</param>
    public ColumnValues(ValueGetter<T> getter, string[]? keyNames)
    {
        _getter = getter;
        _keyNames = keyNames;
        _values = [];
    }

    /// <summary>Takes over values that were read before.</summary>
    public ColumnValues(List<T> values) => _values = values;

    public override void Read()
    {
        T value = default!;
        _getter!(ref value);
        _values.Add(value);
    }

    public override bool IsMissing(int row) => _values[row] switch
    {
        float value => float.IsNaN(value),
        double value => double.IsNaN(value),
        // What ML.NET's text loader makes of a date that is empty or does not parse.
        DateTime value => value == default,
        DateTimeOffset value => value == default,
        T value => _keyNames is not null && KeyNumber(value) == 0,
    };

    public override bool AreEqual(int row, int other) => EqualityComparer<T>.Default.Equals(_values[row], _values[other]);

    public override int Compare(int row, int other) => Comparer<T>.Default.Compare(_values[row], _values[other]);

    public override double Since(int row, int earlier) => (_values[row], _values[earlier]) switch
    {
        (DateTime value, DateTime first) => (value - first).TotalDays,
        (DateTimeOffset value, DateTimeOffset first) => (value - first).TotalDays,
        (TimeSpan value, TimeSpan first) => (value - first).TotalDays,
        var (value, first) => Convert.ToDouble(value, CultureInfo.InvariantCulture) - Convert.ToDouble(first, CultureInfo.InvariantCulture),
    };

    public override string Text(int row) => _keyNames is null ? EntityKey.Text(_values[row]) : EntityKey.Text(KeyNumber(_values[row]), _keyNames);

    public override MemoryColumn ToScalars(int[] rows) => new ScalarMemoryColumn<T>(Array.ConvertAll(rows, row => _values[row]));

    public override MemoryColumn ToVectors(int[] rows, int[] starts) => new VectorMemoryColumn<T>(Array.ConvertAll(rows, row => _values[row]), starts);

    public override int[] Distinct(out int count)
    {
        var numbers = new Dictionary<T, int>();
        int[] distinct = new int[_values.Count];
        for (int row = 0; row < distinct.Length; row++)
        {
            if (!numbers.TryGetValue(_values[row], out distinct[row])) numbers.Add(_values[row], distinct[row] = numbers.Count);
        }

        count = numbers.Count;
        return distinct;
    }

    private static ulong KeyNumber(T value) => Convert.ToUInt64(value, CultureInfo.InvariantCulture);
}

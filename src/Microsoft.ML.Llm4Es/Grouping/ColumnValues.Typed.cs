using System.Globalization;

namespace Microsoft.ML.Llm4Es;

/// <summary>The values of a column that is not text.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal sealed class ColumnValues<T> : ColumnValues where T : notnull
{
    private readonly ValueGetter<T>? _getter;
    private readonly bool _isKey;
    private readonly List<T> _values;

    public ColumnValues(ValueGetter<T> getter, bool isKey)
    {
        _getter = getter;
        _isKey = isKey;
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
        T value => _isKey && Convert.ToUInt64(value, CultureInfo.InvariantCulture) == 0,
    };

    public override bool AreEqual(int row, int other) => EqualityComparer<T>.Default.Equals(_values[row], _values[other]);

    public override int Compare(int row, int other) => Comparer<T>.Default.Compare(_values[row], _values[other]);

    public override string Text(int row) => _values[row] switch
    {
        DateTime value => value.ToString("s", CultureInfo.InvariantCulture),
        IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
        T value => value.ToString() ?? "",
    };

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
}

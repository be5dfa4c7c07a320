using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>How one column of DuckDB's is selected and handed out as a column of a data view.</summary>
/// <param name="Name">The column's name.</param>
/// <param name="Type">Its type in the data view.</param>
/// <param name="Expression">The SQL that gives its values in that type, none of them NULL.</param>
internal sealed record DuckDBColumn(string Name, PrimitiveDataViewType Type, string Expression)
{
    /// <param name="name">The column's name.</param>
    /// <param name="duckDBType">Its type as DESCRIBE gives it.</param>
    /// <param name="hasMissing">Whether any of its values is NULL.</param>
    public static DuckDBColumn Create(string name, string duckDBType, bool hasMissing)
    {
        string column = TableFile.Quote(name);
        DuckDBColumn Text() => new(name, TextDataViewType.Instance, $"coalesce(CAST({column} AS VARCHAR), '')");
        DuckDBColumn Float() => new(name, NumberDataViewType.Single, $"coalesce(CAST({column} AS FLOAT), 'NaN'::FLOAT)");
        DuckDBColumn Double() => new(name, NumberDataViewType.Double, $"coalesce(CAST({column} AS DOUBLE), 'NaN'::DOUBLE)");
        DuckDBColumn Short(PrimitiveDataViewType type) => hasMissing ? Float() : new(name, type, column);
        DuckDBColumn Long(PrimitiveDataViewType type) => hasMissing ? Double() : new(name, type, column);
        DuckDBColumn Time(PrimitiveDataViewType type, string sqlType) => hasMissing ? Text() : new(name, type, $"CAST({column} AS {sqlType})");

        return duckDBType switch
        {
            "BOOLEAN" => Short(BooleanDataViewType.Instance),
            "TINYINT" => Short(NumberDataViewType.SByte),
            "UTINYINT" => Short(NumberDataViewType.Byte),
            "SMALLINT" => Short(NumberDataViewType.Int16),
            "USMALLINT" => Short(NumberDataViewType.UInt16),
            "INTEGER" => Long(NumberDataViewType.Int32),
            "UINTEGER" => Long(NumberDataViewType.UInt32),
            "BIGINT" => Long(NumberDataViewType.Int64),
            "UBIGINT" => Long(NumberDataViewType.UInt64),
            "FLOAT" => Float(),
            "DOUBLE" or "HUGEINT" or "UHUGEINT" => Double(),
            "DATE" or "TIMESTAMP" or "TIMESTAMP_S" or "TIMESTAMP_MS" or "TIMESTAMP_NS" => Time(DateTimeDataViewType.Instance, "TIMESTAMP"),
            "TIMESTAMP WITH TIME ZONE" => Time(DateTimeOffsetDataViewType.Instance, "TIMESTAMPTZ"),
            "TIME" => Time(TimeSpanDataViewType.Instance, "TIME"),
            _ when duckDBType.StartsWith("DECIMAL", StringComparison.Ordinal) => Double(),
            _ => Text(),
        };
    }

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the query's current row.</summary>
    /// <param name="query">The running query.</param>
    /// <param name="ordinal">Where in the query the column stands.</param>
    public Delegate CreateGetter(DuckDBQuery query, int ordinal)
    {
        if (Type is TextDataViewType)
            return (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) => value = query.Value<string>(ordinal).AsMemory());

        return Type.RawType switch
        {
            var type when type == typeof(bool) => Getter<bool>(query, ordinal),
            var type when type == typeof(sbyte) => Getter<sbyte>(query, ordinal),
            var type when type == typeof(byte) => Getter<byte>(query, ordinal),
            var type when type == typeof(short) => Getter<short>(query, ordinal),
            var type when type == typeof(ushort) => Getter<ushort>(query, ordinal),
            var type when type == typeof(int) => Getter<int>(query, ordinal),
            var type when type == typeof(uint) => Getter<uint>(query, ordinal),
            var type when type == typeof(long) => Getter<long>(query, ordinal),
            var type when type == typeof(ulong) => Getter<ulong>(query, ordinal),
            var type when type == typeof(float) => Getter<float>(query, ordinal),
            var type when type == typeof(double) => Getter<double>(query, ordinal),
            var type when type == typeof(DateTime) => Getter<DateTime>(query, ordinal),
            var type when type == typeof(DateTimeOffset) => Getter<DateTimeOffset>(query, ordinal),
            var type when type == typeof(TimeSpan) => Getter<TimeSpan>(query, ordinal),
            var type => throw new NotSupportedException($"The column '{Name}' has values of {type}, which no DuckDB type maps to."),
        };
    }

    private static ValueGetter<T> Getter<T>(DuckDBQuery query, int ordinal) => (ref T value) => value = query.Value<T>(ordinal);
}

using DuckDB.NET.Data;

namespace Microsoft.ML.Llm4Es.DuckDB;

/// <summary>A running query with the connection that it owns; rows stream through it.</summary>
internal sealed class DuckDBQuery(DuckDBSource source, DuckDBConnection connection, DuckDBCommand command, DuckDBDataReader reader) : IDisposable
{
    public bool Read()
    {
        try
        {
            return reader.Read();
        }
        catch (DuckDBException exception)
        {
            throw source.Explain(exception);
        }
    }

    public T Value<T>(int column) => reader.GetFieldValue<T>(column);

    public void Dispose()
    {
        reader.Dispose();
        command.Dispose();
        connection.Dispose();
    }
}

using System.IO.Compression;
using DuckDB.NET.Data;

namespace Microsoft.ML.Llm4Es.DuckDB.Tests;

/// <summary>A folder of files for one test, deleted after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es-duckdb-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public string Write(string name, string content)
    {
        File.WriteAllText(this[name], content);
        return this[name];
    }

    public string WriteCompressed(string name, string content)
    {
        using var writer = new StreamWriter(new GZipStream(File.Create(this[name]), CompressionLevel.Fastest));
        writer.Write(content);
        return this[name];
    }

    public string WriteParquet(string name, string query)
    {
        using var connection = new DuckDBConnection("DataSource=:memory:");
        connection.Open();
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = $"COPY ({query}) TO '{this[name]}' (FORMAT parquet)";
        command.ExecuteNonQuery();
        return this[name];
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

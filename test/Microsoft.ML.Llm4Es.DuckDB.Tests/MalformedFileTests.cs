namespace Microsoft.ML.Llm4Es.DuckDB.Tests;

public sealed class MalformedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n1,2\n", "is empty")]
    [InlineData("id,name\n", "has a header but no rows")]
    [InlineData("id,name\n1,a\n2\n3,c\n", "line 3: 1 values where the first line names 2 columns. The line reads: 2.")]
    [InlineData("id,name\n1,a\n2,b,c\n3,c\n", "line 3: 3 values where the first line names 2 columns. The line reads: 2,b,c.")]
    [InlineData("id,name\n1,a\n2,\"b\n3,c\n", "line 3: Value with unterminated quote found.")]
    [InlineData("\0\0\u0001", "is not a text file")]
    public void Csv_SaysInOneLineWhatIsWrong(string content, string expected)
    {
        string file = _folder.Write("a.csv", content);

        var exception = Assert.Throws<InvalidDataException>(() => Load(file));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith(file, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void Csv_MalformedRowFarDownIsNamed()
    {
        string lines = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},{i}\n"));
        string file = _folder.Write("a.csv", $"id,value\n{lines}7\n8,8\n");

        Assert.Contains("line 30002: 1 values", Assert.Throws<InvalidDataException>(() => Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_NotUtf8IsNamed()
    {
        File.WriteAllBytes(_folder["a.csv"], [.. "id,name\n1,"u8, 0xE9, .. "t\n"u8]);

        var exception = Assert.Throws<InvalidDataException>(() => Load(_folder["a.csv"]));

        Assert.Contains("line 2", exception.Message, StringComparison.Ordinal);
        Assert.Contains("utf-8", exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Parquet_ThatIsNoneIsNamed()
    {
        string file = _folder.Write("a.parquet", "id\n1\n");

        var exception = Assert.Throws<InvalidDataException>(() => Load(file));

        Assert.StartsWith($"{file} cannot be read", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    [Fact]
    public void File_ThatIsMissingOrAFolderIsNamed()
    {
        Assert.Contains("was not found", Assert.Throws<FileNotFoundException>(() => Load(_folder["none.csv"])).Message, StringComparison.Ordinal);
        Assert.Contains("is a folder", Assert.Throws<InvalidDataException>(() => Load(_folder["."])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_ThatIsBrokenIsNamed()
    {
        string file = _folder.Write("a.csv.gz", "id\n1\n");

        Assert.StartsWith(file, Assert.Throws<InvalidDataException>(() => Load(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Query_ThatIsWrongSaysWhatDuckDBSays()
    {
        var exception = Assert.Throws<InvalidDataException>(() => new MLContext().Data.LoadFromQuery("SELECT x FROM range(3)"));

        Assert.Contains("the query cannot be read", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
    }

    private static IDataView Load(string file) => new MLContext().Data.LoadFromTableFile(file);
}

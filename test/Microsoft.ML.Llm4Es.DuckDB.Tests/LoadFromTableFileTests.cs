using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.DuckDB.Tests;

public sealed class LoadFromTableFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Csv_HasTheTypesOfItsValues()
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv",
            "id,time,day,name,amount,good\n1,2020-01-02 03:04:05,2020-01-02,ann,1.5,true\n2,2021-01-01 00:00:00,2021-01-01,bob,2,false\n"));

        Assert.Equal(["id:Int64", "time:DateTime", "day:DateTime", "name:String", "amount:Double", "good:Boolean"],
            rows.Schema.Select(column => $"{column.Name}:{column.Type}"));
        Assert.Equal([1L, 2L], rows.GetColumn<long>("id"));
        Assert.Equal([new DateTime(2020, 1, 2, 3, 4, 5), new DateTime(2021, 1, 1)], rows.GetColumn<DateTime>("time"));
        Assert.Equal([new DateTime(2020, 1, 2), new DateTime(2021, 1, 1)], rows.GetColumn<DateTime>("day"));
        Assert.Equal(["ann", "bob"], rows.GetColumn<string>("name"));
        Assert.Equal([1.5, 2.0], rows.GetColumn<double>("amount"));
        Assert.Equal([true, false], rows.GetColumn<bool>("good"));
        Assert.Equal(2, rows.GetRowCount());
    }

    [Fact]
    public void Csv_MissingValuesGetATypeThatCanBeMissing()
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", "name,count,rate,good,time\n,1,0.5,true,2020-01-01 10:00:00\nann,,,,\n"));

        Assert.Equal(["", "ann"], rows.GetColumn<string>("name"));
        Assert.Equal([1.0, double.NaN], rows.GetColumn<double>("count"));
        Assert.Equal([0.5, double.NaN], rows.GetColumn<double>("rate"));
        Assert.Equal([1f, float.NaN], rows.GetColumn<float>("good"));
        Assert.Equal(["2020-01-01 10:00:00", ""], rows.GetColumn<string>("time"));
    }

    [Fact]
    public void Csv_OddValueFarDownMakesAColumnOfText()
    {
        string lines = string.Concat(Enumerable.Range(0, 30_000).Select(i => $"{i},{i}\n"));

        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", $"id,value\n{lines}30000,odd\n"));

        Assert.Equal(TextDataViewType.Instance, rows.Schema["value"].Type);
        Assert.Equal("odd", rows.GetColumn<string>("value").Last());
    }

    [Theory]
    [InlineData("a;b\n1;x,y\n")]
    [InlineData("a\tb\n1\tx,y\n")]
    [InlineData("a|b\n1|x,y\n")]
    [InlineData("a,b\n1,\"x,y\"\n")]
    [InlineData("\ufeffa,b\r\n1,\"x,y\"\r\n")]
    public void Csv_DelimiterIsTheHeadersOwn(string content)
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", content));

        Assert.Equal([1L], rows.GetColumn<long>("a"));
        Assert.Equal(["x,y"], rows.GetColumn<string>("b"));
    }

    [Fact]
    public void Csv_QuotedLineBreaksAndQuotesAreKept()
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", "id,text\n1,\"say \"\"hi\"\"\nthere\"\n2,b\n"));

        Assert.Equal(["say \"hi\"\nthere", "b"], rows.GetColumn<string>("text"));
    }

    [Fact]
    public void Csv_ColumnNamesMayHoldAnything()
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", "it's,\"a, \"\"b\"\"\",select\n1,2,3\n"));

        Assert.Equal(["it's", "a, \"b\"", "select"], rows.Schema.Select(column => column.Name));
        Assert.Equal([2L], rows.GetColumn<long>("a, \"b\""));
    }

    [Fact]
    public void Csv_DatesThatAreNotIsoAreDates()
    {
        IDataView rows = _ml.Data.LoadFromTableFile(_folder.Write("a.csv", "day\n31/12/2020\n01/02/2020\n"));

        Assert.Equal([new DateTime(2020, 12, 31), new DateTime(2020, 2, 1)], rows.GetColumn<DateTime>("day"));
    }

    [Fact]
    public void Csv_CompressedIsRead() =>
        Assert.Equal([1L, 2L], _ml.Data.LoadFromTableFile(_folder.WriteCompressed("a.csv.gz", "id\n1\n2\n")).GetColumn<long>("id"));

    [Fact]
    public void Csv_PatternCharactersInItsNameStandForThemselves()
    {
        _folder.Write("ab.csv", "id\n9\n");

        Assert.Equal([1L], _ml.Data.LoadFromTableFile(_folder.Write("a[b]'s*.csv", "id\n1\n")).GetColumn<long>("id"));
    }

    [Fact]
    public void Parquet_KeepsItsTypesAndOrder()
    {
        string file = _folder.WriteParquet("a.parquet",
            """
            SELECT i::INTEGER AS i, (i % 7)::UTINYINT AS b, i::FLOAT AS f, i::DECIMAL(9, 2) AS d, TIMESTAMPTZ '2020-01-01 00:00:00+02' AS z,
                   TIME '01:02:03' AS t, [i, i] AS l, CASE WHEN i > 0 THEN i END AS n FROM range(5000) r(i)
            """);

        IDataView rows = _ml.Data.LoadFromTableFile(file);

        Assert.Equal(["i:Int32", "b:Byte", "f:Single", "d:Double", "z:DateTimeOffset", "t:TimeSpan", "l:String", "n:Double"],
            rows.Schema.Select(column => $"{column.Name}:{column.Type}"));
        Assert.Equal(Enumerable.Range(0, 5000), rows.GetColumn<int>("i"));
        Assert.Equal(new DateTimeOffset(2019, 12, 31, 22, 0, 0, TimeSpan.Zero), rows.GetColumn<DateTimeOffset>("z").First());
        Assert.Equal(new TimeSpan(1, 2, 3), rows.GetColumn<TimeSpan>("t").First());
        Assert.Equal("[0, 0]", rows.GetColumn<string>("l").First());
        Assert.Equal([double.NaN, 1.0], rows.GetColumn<double>("n").Take(2));
    }

    [Fact]
    public void Query_SelectsFromFiles()
    {
        string file = _folder.Write("a.csv", "id,amount\n1,5\n2,7\n1,9\n");

        IDataView rows = _ml.Data.LoadFromQuery($"SELECT id, sum(amount)::DOUBLE AS total FROM '{file}' GROUP BY id ORDER BY id;");

        Assert.Equal([14.0, 7.0], rows.GetColumn<double>("total"));
    }
}

using System.IO.Compression;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Textification;

/// <summary>From files of real events to text and back.</summary>
[Trait("Category", "Reference")]
public sealed class RealEventsTests : IDisposable
{
    private readonly MLContext _ml = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    [Theory]
    [InlineData("loans", "case_id", "time", 5_905)]
    [InlineData("icu", "stay_id", "minutes_from_admission", 2_400)]
    [InlineData("grocery", "household_id", "time", 801)]
    public void RealEvents_AreReadBackFromTheirText(string set, string key, string time, int entities)
    {
        string events = Unpack(set, "events.csv.gz"), users = Unpack(set, "users.csv.gz");
        IDataView grouped = _ml.Data.GroupEvents(Load(events), key, time);

        IDataView joined = _ml.Data.JoinEntities(grouped, Load(users), key, out EntityMatch match);
        IDataView texts = _ml.Transforms.TextifyEvents("Text").Fit(joined).Transform(joined);

        Assert.Equal((entities, entities, entities), (match.Entities, match.TableRows, match.Matched));
        string[] columns = [.. texts.Schema.Where(column => column.Type is VectorDataViewType { ItemType: TextDataViewType }).Select(column => column.Name)];
        EventTable[] tables = [.. texts.GetColumn<string>("Text").Select(EventTable.Parse)];
        Assert.NotEmpty(columns);
        foreach (string column in columns)
        {
            int field = tables[0].Fields.ToList().IndexOf(EventField.Plain(column).Name);
            Assert.Equal(texts.GetColumn<string[]>(column), tables.Select(table => table.Events.Select(values => values[field]).ToArray()));
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Every column as text, so that its values can be compared with what the text holds.</summary>
    private IDataView Load(string path)
    {
        string[] names = File.ReadLines(path).First().Split(',');
        return _ml.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            HasHeader = true,
            Separators = [','],
            AllowQuoting = true,
            Columns = [.. names.Select((name, i) => new TextLoader.Column(name, DataKind.String, i))],
        });
    }

    private string Unpack(string set, string file)
    {
        string path = Path.Combine(_folder.FullName, Path.GetFileNameWithoutExtension(file));
        using FileStream packed = File.OpenRead(ReferenceData.Require(ReferenceData.Data, set, file));
        using var unpacked = new GZipStream(packed, CompressionMode.Decompress);
        using FileStream target = File.Create(path);
        unpacked.CopyTo(target);
        return path;
    }
}

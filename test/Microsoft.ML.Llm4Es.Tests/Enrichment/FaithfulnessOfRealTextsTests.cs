using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

/// <summary>That the default threshold tells faithful variants of real texts from wrong ones; the benchmark named faithfulness has the whole distribution.</summary>
[Trait("Category", "Reference")]
public sealed class FaithfulnessOfRealTextsTests
{
    private static readonly double Threshold = new EnrichDescriptionsOptions().MinFaithfulness;

    private static readonly ReformatEnricher Reformat = new();

    [Fact]
    public void Check_OfReformattedTexts_KeepsAllInEachFormat()
    {
        string[] texts = Texts();
        var check = new FaithfulnessCheck(texts);

        Assert.All(texts, (text, i) => Assert.InRange(check.Check(text, Reformat.Reformat(text, i)).Score, Threshold, 1));
    }

    [Fact]
    public void Check_OfTextsThatLostOrGainedAFifthOfTheirEvents_DropsMost()
    {
        string[] texts = Texts();
        var check = new FaithfulnessCheck(texts);
        double[] lost = [.. texts.Select((text, i) => Score(check, text, i, table => [.. table.Events.Where((_, at) => at % 5 != 2)]))];
        double[] gained = [.. texts.Select((text, i) => Score(check, text, i, table => [.. table.Events, .. EventTable.Parse(texts[(i + 1) % texts.Length]).Events.Take(table.Events.Count / 5)]))];

        Assert.InRange(lost.Count(score => score >= Threshold), 0, texts.Length / 20);
        Assert.InRange(gained.Count(score => score >= Threshold), 0, texts.Length / 10);
    }

    private static double Score(FaithfulnessCheck check, string text, int variant, Func<EventTable, IReadOnlyList<IReadOnlyList<string>>> change)
    {
        EventTable table = EventTable.Parse(text);
        return check.Check(text, Reformat.Reformat((table with { Events = change(table) }).ToString(), variant)).Score;
    }

    /// <summary>Long texts of the grocery set: fields of all kinds.</summary>
    private static string[] Texts()
    {
        string path = ReferenceData.Require(ReferenceData.Data, "grocery", "events.csv.gz");
        string plain = Path.GetTempFileName();
        try
        {
            using (var packed = new System.IO.Compression.GZipStream(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress))
            using (FileStream target = File.Create(plain))
                packed.CopyTo(target);

            var ml = new MLContext();
            string[] names = File.ReadLines(plain).First().Split(',');
            IDataView events = ml.Data.LoadFromTextFile(plain, new TextLoader.Options
            {
                HasHeader = true,
                Separators = [','],
                AllowQuoting = true,
                Columns = [.. names.Select((name, i) => new TextLoader.Column(name, DataKind.String, i))],
            });
            IDataView households = ml.Data.GroupEvents(events, names[0], names[1]);
            return [.. ml.Transforms.TextifyEvents("Text").Fit(households).Transform(households).GetColumn<string>("Text").Where(text => EventTable.Parse(text).Events.Count >= 10).Take(80)];
        }
        finally
        {
            File.Delete(plain);
        }
    }
}

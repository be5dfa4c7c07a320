using CsCheck;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class FormatTests
{
    /// <summary>What formats are made of, besides plain letters.</summary>
    private static readonly string[] Pieces =
        ["a", "Bc", "7", "12.5", "-3", ",", ", ", "|", "\\", "\"", "'", "<", ">", "&", "&amp;", "#", "*", "_", "`", "[x](y)", "{", "}", "-", "=", ";", "/", "%", " ", "é", "語", "😀", "null", "no", " is ", "and ", "the ", "order"];

    private static readonly Gen<string> Name =
        Gen.OneOf(Pieces).Array[1, 3].Select(pieces => string.Concat(pieces).Trim()).Where(name => name.Length > 0);

    /// <summary>Blanks at the ends of a value mean nothing in some formats.</summary>
    private static readonly Gen<string> Value = Gen.Frequency(
        (4, Gen.OneOf<string>([.. Pieces, ":", ": ", "\n", "\r\n", "\t", "$", "~", "!"]).Array[0, 4].Select(pieces => string.Concat(pieces).Trim())),
        (2, Gen.OneOf("Grocery stores", "Fuel", "5m", "12d")),
        (2, Gen.Int[-5000, 5000].Select(number => $"{number / 100m}")));

    private static readonly Gen<EventTable> Tables =
        from names in Name.Array[1, 4].Where(names => names.Distinct(StringComparer.OrdinalIgnoreCase).Count() == names.Length)
        from events in Value.Array[names.Length].Array[0, 6]
        select new EventTable(names, events);

    public static TheoryData<EventTextFormat> Formats => [.. Enum.GetValues<EventTextFormat>()];

    [Theory, MemberData(nameof(Formats))]
    public void Reformat_IsReadBackByAnotherParser(EventTextFormat format)
    {
        // A database is slower than a parser.
        int iterations = format == EventTextFormat.Sql ? 150 : 2_000;
        Gen.Select(Tables, Gen.Int[0, 20]).Sample((table, variant) =>
        {
            string text = Enricher(format, arrange: false).Reformat(table.ToString(), variant);

            AssertEqual(table, EventReader.Read(format, text), text);
        }, iter: iterations, threads: 1);
    }

    [Theory, MemberData(nameof(Formats))]
    public void Reformat_WithFieldsShuffledAndRenamed_KeepsEveryFieldsValues(EventTextFormat format)
    {
        string[] fields = ["after", "category", "amount", "city"];
        var table = new EventTable(fields, [.. Enumerable.Range(0, 12).Select(i => (string[])[$"{i}h", i % 3 == 0 ? "Fuel, gas" : "Food (other)", $"{i * 7.25m}", i == 4 ? "" : $"Town {i % 2}"])]);
        var orders = new HashSet<string>();
        for (int variant = 0; variant < 10; variant++)
        {
            List<Dictionary<string, string>> read = EventReader.Read(format, Enricher(format, arrange: true).Reformat(table.ToString(), variant));

            string[] names = [.. read.SelectMany(item => item.Keys).Distinct()];
            orders.Add(string.Join('|', names));
            Assert.Equal(Columns(fields.Select((_, field) => table.Events.Select(values => values[field]))), Columns(names.Select(name => read.Select(item => item.GetValueOrDefault(name, "")))));
        }

        Assert.True(orders.Count > 5, "fields are not shuffled or not renamed");
    }

    [Fact]
    public void Reformat_ToMarkdown_GroupsByAFieldThatRepeats()
    {
        var table = new EventTable(["amount", "category"], [["1", "Fuel"], ["2", "Food"], ["3", "Fuel"], ["4", "Food"]]);

        string text = Enricher(EventTextFormat.Markdown, arrange: false).Reformat(table.ToString(), 0);

        Assert.Equal("### category: Fuel\n\n| # | amount |\n|---|---|\n| 1 | 1 |\n| 3 | 3 |\n\n### category: Food\n\n| # | amount |\n|---|---|\n| 2 | 2 |\n| 4 | 4 |", text);
    }

    private static IEnumerable<string> Columns(IEnumerable<IEnumerable<string>> columns) => columns.Select(values => string.Join('\n', values)).Order(StringComparer.Ordinal);

    private static ReformatEnricher Enricher(EventTextFormat format, bool arrange) =>
        new(new ReformatEnricherOptions { Formats = [format], ShuffleFields = arrange, RenameFields = arrange });

    private static void AssertEqual(EventTable table, List<Dictionary<string, string>> read, string text)
    {
        Assert.True(table.Events.Count == read.Count, text);
        for (int i = 0; i < read.Count; i++)
        {
            Assert.True(read[i].Keys.All(table.Fields.Contains), text);
            for (int field = 0; field < table.Fields.Count; field++)
                Assert.True(table.Events[i][field] == read[i].GetValueOrDefault(table.Fields[field], ""), $"event {i}, '{table.Fields[field]}' of\n{text}");
        }
    }
}

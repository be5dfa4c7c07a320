using CsCheck;

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class ReformatEnricherTests
{
    private const string Text = "after|category|amount\n0m, Fuel, 12\n5h, Food, 7.5\n3d, Fuel, 30\n1d, Food, 8";

    [Fact]
    public void Reformat_IsTheSameForTheSameSeedTextAndVariant()
    {
        for (int variant = 0; variant < 20; variant++) Assert.Equal(new ReformatEnricher().Reformat(Text, variant), new ReformatEnricher().Reformat(Text, variant));
    }

    [Fact]
    public void Reformat_DiffersByVariantSeedAndText()
    {
        string[] variants = [.. Enumerable.Range(0, 8).Select(variant => new ReformatEnricher().Reformat(Text, variant))];
        string[] seeds = [.. Enumerable.Range(0, 8).Select(seed => new ReformatEnricher(new ReformatEnricherOptions { Seed = seed }).Reformat(Text, 0))];
        string[] firstCharacters = [.. Enumerable.Range(0, 40).Select(i => new ReformatEnricher().Reformat($"{Text}\n2h, Fuel, {i}", 0)[..1])];

        Assert.Equal(8, variants.Distinct().Count());
        Assert.True(seeds.Distinct().Count() > 3);
        Assert.True(firstCharacters.Distinct().Count() > 3, "all texts begin with the same format");
    }

    [Fact]
    public void Reformat_IsTheSameOnEveryMachine() =>
        Assert.Equal(
            """{"history":[{"gap":"0m","sum":12,"kind":"Fuel"},{"gap":"5h","sum":7.5,"kind":"Food"},{"gap":"3d","sum":30,"kind":"Fuel"},{"gap":"1d","sum":8,"kind":"Food"}]}""",
            new ReformatEnricher(new ReformatEnricherOptions { Formats = [EventTextFormat.Json], Seed = 1 }).Reformat(Text, 0));

    [Fact]
    public void Reformat_IsAlwaysFaithful()
    {
        Gen<string> value = Gen.OneOf(
            Gen.OneOf("Grocery Stores, Supermarkets", "Drinking Places (Bars)", "Fuel", "Eating places & restaurants"),
            Gen.Int[0, 400].Select(hours => hours < 24 ? $"{hours}h" : $"{hours / 24}d"),
            Gen.Int[-9_000_000, 9_000_000].Select(cents => $"{cents / 100m:0.##}"),
            Gen.Int[0, 700].Select(day => $"{new DateOnly(2024, 1, 1).AddDays(day):yyyy-MM-dd}"));
        Gen<EventTable> tables =
            from width in Gen.Int[1, 4]
            from events in value.Array[width].Array[1, 30]
            select new EventTable([.. new[] { "after", "category", "amount", "note" }.Take(width)], events);

        Gen.Select(tables, Gen.Int[0, 40]).Sample((table, variant) =>
        {
            string source = table.ToString(), text = new ReformatEnricher().Reformat(source, variant);

            Faithfulness faithfulness = new FaithfulnessCheck([source]).Check(source, text);

            Assert.True(faithfulness.Score == 1, $"{faithfulness}\n{source}\n{text}");
        }, iter: 3_000);
    }

    [Fact]
    public void Reformat_OfATextThatIsNoTable_SaysWhatIsExpected()
    {
        var error = Assert.Throws<FormatException>(() => new ReformatEnricher().Reformat("a|b\n1", 0));

        Assert.Contains("as TextifyEvents writes them. Line 2 has 1 values", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_RefuseWhatCannotBeWritten()
    {
        var options = new ReformatEnricherOptions();

        Assert.Throws<ArgumentException>(() => options.Formats = []);
        Assert.Throws<ArgumentException>(() => options.Formats = [EventTextFormat.Json, EventTextFormat.Json]);
        Assert.Throws<ArgumentOutOfRangeException>(() => options.Formats = [(EventTextFormat)99]);
        Assert.Throws<ArgumentException>(() => options.Synonyms = new Dictionary<string, IReadOnlyList<string>> { ["a"] = [""] });
    }

    [Fact]
    public void Synonyms_NeverGiveTwoFieldsTheSameName()
    {
        var synonyms = new Dictionary<string, IReadOnlyList<string>> { ["a"] = ["b", "x"], ["b"] = ["x", "a"], ["c"] = ["x"] };
        var enricher = new ReformatEnricher(new ReformatEnricherOptions { Formats = [EventTextFormat.Json], Synonyms = synonyms });

        for (int variant = 0; variant < 50; variant++)
        {
            Dictionary<string, string> read = EventReader.Read(EventTextFormat.Json, enricher.Reformat("a|b|c\n1, 2, 3", variant)).Single();
            Assert.Equal(["1", "2", "3"], read.Values.Order());
        }
    }
}

namespace Microsoft.ML.Llm4Es.Tests.Enrichment;

public sealed class FaithfulnessCheckTests
{
    private const string Source =
        "date|category|amount\n2024-03-28, Grocery Stores, -1234.5\n2024-03-29, Fuel, -40\n2024-03-29, Grocery Stores, -18.75\n2024-04-02, Money transfer, 900";

    private const string Other = "date|category|amount\n2023-01-05, Casino, -77\n2023-01-06, Jewelry Stores, -5000";

    private static readonly FaithfulnessCheck Check = new([Source, Other]);

    [Theory]
    [InlineData("""{"transactions": [{"date": "2024-03-28", "type": "Grocery Stores", "sum": 1234.50}, {"date": "2024-03-29", "type": "Fuel", "sum": 40}, {"date": "2024-03-29", "type": "Grocery Stores", "sum": 18.75}, {"date": "2024-04-02", "type": "Money transfer", "sum": 900}]}""")]
    [InlineData("On March 28, 2024 the client spent $1,234.50 at grocery stores. On 29 March 2024 fuel took 40.00 and groceries (a grocery store) 18.75. On April 2nd, 2024 a transfer of money brought 900.")]
    [InlineData("1. 28.03.2024: Grocery Stores, 1.234,5\n2. 29.03.2024: Fuel, 40\n3. 29.03.2024: Grocery Stores, 18,75\n4. 02.04.2024: Money transfer, 900")]
    [InlineData("### Grocery Stores\n- 2024-03-28: 1234.5\n- 2024-03-29: 18.75\n### Fuel\n- 2024-03-29: 40\n### Money transfer\n- 2024-04-02: 900\n\nAnalysis: 4 transactions; 1,293.25 was spent in all and 900 received.")]
    [InlineData("Event 1: grocery stores 1234.5 on 03/28/2024. Event 2: fuel 40 on 03/29/2024. Event 3: grocery stores 18.75 on 03/29/2024. Event 4: money transfer 900 on 04/02/2024.")]
    public void Check_OfTheSameFactsInAnotherForm_IsNearlyOne(string variant)
    {
        Faithfulness faithfulness = Check.Check(Source, variant);

        Assert.True(faithfulness.Score >= new EnrichDescriptionsOptions().MinFaithfulness, $"{faithfulness}");
        Assert.Equal((4, 4, faithfulness.Facts), (faithfulness.Events, faithfulness.EventsFound, faithfulness.FactsFound));
    }

    [Theory]
    [InlineData("an event left out", "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Grocery Stores 18.75; 2024-04-02 Money transfer 900")]
    [InlineData("an amount changed", "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Fuel 45; 2024-03-29 Grocery Stores 18.75; 2024-04-02 Money transfer 900")]
    [InlineData("a date changed", "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Fuel 40; 2024-03-29 Grocery Stores 18.75; 2024-05-02 Money transfer 900")]
    [InlineData("a category changed to another entity's", "2024-03-28 Casino 1234.5; 2024-03-29 Casino 40; 2024-03-29 Casino 18.75; 2024-04-02 Money transfer 900")]
    [InlineData("events added", "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Fuel 40; 2024-03-29 Grocery Stores 18.75; 2024-04-02 Money transfer 900; 2024-04-03 Casino 333; 2024-04-04 Casino 222")]
    [InlineData("an event twice", "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Fuel 40; 2024-03-29 Grocery Stores 18.75; 2024-04-02 Money transfer 900; 2024-03-29 Fuel 40; 2024-03-29 Fuel 40")]
    [InlineData("a refusal", "I am sorry, I cannot help with personal financial data.")]
    [InlineData("another client", "2023-01-05 Casino 77; 2023-01-06 Jewelry Stores 5000")]
    public void Check_OfChangedFacts_IsBelowTheDefaultThreshold(string change, string variant)
    {
        Faithfulness faithfulness = Check.Check(Source, variant);

        Assert.True(faithfulness.Score < new EnrichDescriptionsOptions().MinFaithfulness, $"{change}: {faithfulness}");
    }

    [Fact]
    public void Check_CountsWhatWasAdded()
    {
        Faithfulness faithfulness = Check.Check(Source, "2024-03-28 Grocery Stores 1234.5; 2024-03-29 Fuel 40; 2024-03-29 Grocery Stores 18.75; 2024-04-02 Money transfer 900; also 77 at the Casino on 2023-01-05");

        Assert.Equal((3, 2, 15), (faithfulness.FactsAdded, faithfulness.FactsInvented, faithfulness.VariantFacts));
        Assert.Equal(faithfulness.Facts, faithfulness.FactsFound);
        Assert.Equal(12d / 15 * 0.9 * 0.9, faithfulness.Score, 6);
    }

    [Theory]
    [InlineData("a number", 1, "; the balance is 51234")]
    [InlineData("a date", 1, "; seen on May 5, 2023")]
    [InlineData("a time", 1, "; seen at 10:59")]
    [InlineData("a number and a time", 2, "; 51234 at 10:59")]
    [InlineData("how many events there are of a kind", 0, "; 77 of them at Fuel, 150 at Food")]
    [InlineData("the year of a date", 0, "; all in the year 2024, from day 1 to day 8")]
    public void Check_OfOneInventedFactInALongText_IsBelowTheDefaultThreshold(string added, int invented, string analysis)
    {
        string source = "date|category|amount\n" + string.Join('\n', Enumerable.Range(0, 200).Select(i => $"2024-03-0{1 + i % 8}, {(i % 3 == 0 ? "Fuel" : "Food")}, {1000 + 7 * i}.5"));
        var check = new FaithfulnessCheck([source]);

        Faithfulness faithfulness = check.Check(source, source + analysis);

        Assert.Equal((1d, invented), (check.Check(source, source).Score, faithfulness.FactsInvented));
        Assert.True(faithfulness.Score >= new EnrichDescriptionsOptions().MinFaithfulness == (invented == 0), $"{added}: {faithfulness}");
    }

    [Fact]
    public void Check_OfTimes_ReadsBothClocks()
    {
        const string Visits = "time\n2024-03-28 14:05\n2024-03-28 00:30";

        Assert.Equal(1, new FaithfulnessCheck([Visits]).Check(Visits, "2024-03-28T14:05:00Z and 12:30 am").Score);
        Assert.True(new FaithfulnessCheck([Visits]).Check(Visits, "2024-03-28 at 2:05 am and 0:30").Score < 0.9);
    }

    [Fact]
    public void Check_OfATextThatIsNoTable_ComparesNumbersAndDates()
    {
        const string Note = "The patient, 54 years old, came on 2024-01-03 with 38.5 degrees.";

        Assert.Equal(1, new FaithfulnessCheck([Note]).Check(Note, "Aged 54; seen on January 3, 2024; temperature 38,5.").Score);
        Assert.Equal(1d / 3, new FaithfulnessCheck([Note]).Check(Note, "Seen on January 3, 2024.").Score, 6);
    }

    [Fact]
    public void Check_OfEventsWithoutNumbers_CountsThem()
    {
        string source = "what\n" + string.Join('\n', Enumerable.Repeat("visit", 10).Concat(Enumerable.Repeat("call", 10)));
        var check = new FaithfulnessCheck([source]);

        Assert.Equal(1, check.Check(source, string.Join(' ', Enumerable.Repeat("a visit, a call", 10))).Score);
        Assert.Equal(0.5, check.Check(source, string.Join(' ', Enumerable.Repeat("a visit, a call", 5))).Score);
    }

    [Fact]
    public void Check_OfNothing_FindsNothing() => Assert.Equal(0, Check.Check(Source, "").Score);
}

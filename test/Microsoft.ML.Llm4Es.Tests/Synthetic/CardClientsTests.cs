namespace Microsoft.ML.Llm4Es.Tests;

public sealed class CardClientsTests
{
    [Fact]
    public void Generate_WithTheSameSeed_GivesTheSameEvents()
    {
        static IEnumerable<(string, DateTime, string, float)> Events(int seed) =>
            CardClients.Generate(20, seed).Events.Select(e => (e.ClientId, e.Time, e.Mcc, e.Amount));

        Assert.Equal(Events(1), Events(1));
        Assert.NotEqual(Events(1), Events(2));
    }

    [Fact]
    public void Generate_NamesEveryCategory()
    {
        (_, IReadOnlyList<CardEvent> events) = CardClients.Generate(50, seed: 1);

        Assert.All(events, e => Assert.Contains(e.Mcc, CardClients.MerchantCategories));
    }

    [Fact]
    public void Generate_DoesNotTellTheLabelByTotals()
    {
        (IReadOnlyList<CardClient> clients, IReadOnlyList<CardEvent> events) = CardClients.Generate(2000, seed: 1);
        ILookup<string, CardEvent> byClient = events.ToLookup(e => e.ClientId);

        double Events(bool plansAhead) => clients.Where(client => client.PlansAhead == plansAhead).Average(client => byClient[client.ClientId].Count());
        double Savings(bool plansAhead) => clients.Where(client => client.PlansAhead == plansAhead).Average(client => byClient[client.ClientId].Count(e => e.Mcc == "6211"));

        Assert.Equal(Events(true), Events(false), 0.5);
        Assert.Equal(Savings(true), Savings(false), 0.01);
    }
}

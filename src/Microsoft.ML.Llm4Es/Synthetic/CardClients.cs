namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Makes a synthetic set of card clients for samples and tests. Clients who plan ahead and clients who do not buy the same things for the same money
/// equally often; they differ in the order and the timing of what they do around payday, so totals alone do not tell them apart.
/// </summary>
public static class CardClients
{
    private const string Salary = "6012";
    private const string Savings = "6211";
    private const string Utilities = "4900";
    private const string Groceries = "5411";
    private const string Restaurant = "5812";
    private const string Electronics = "5732";
    private const string Cash = "6011";

    /// <summary>How much of what follows payday is habit; the rest is chance, so that no client is told by a single month.</summary>
    private const double HabitStrength = 0.7;

    private static readonly Dictionary<string, string> Names = new()
    {
        [Salary] = "Salary",
        [Savings] = "Transfer to savings",
        [Utilities] = "Utilities",
        [Groceries] = "Grocery store",
        [Restaurant] = "Restaurant",
        [Electronics] = "Electronics store",
        [Cash] = "Cash withdrawal",
        ["4111"] = "Local transport",
        ["4121"] = "Taxi",
        ["4814"] = "Mobile phone",
        ["5541"] = "Fuel station",
        ["5651"] = "Clothing store",
        ["5814"] = "Fast food",
        ["5912"] = "Pharmacy",
        ["5942"] = "Book shop",
        ["7832"] = "Cinema",
        ["7997"] = "Sports club",
    };

    /// <summary>What is bought between paydays, with its usual amount.</summary>
    private static readonly (string Mcc, double Amount)[] Everyday =
    [
        (Groceries, 35), (Groceries, 35), (Groceries, 35), ("4111", 3), ("4111", 3), ("4121", 12), ("4814", 20), ("5541", 45),
        ("5651", 60), ("5814", 9), ("5814", 9), ("5912", 15), ("5942", 18), ("7832", 14), ("7997", 30),
    ];

    /// <summary>Gets the readable names of the merchant category codes in use, by code.</summary>
    public static IReadOnlyDictionary<string, string> MerchantCategories => Names;

    /// <summary>Makes clients and their events over four months, the same for the same arguments.</summary>
    /// <param name="count">How many clients; about 40 events each.</param>
    /// <param name="seed">The seed of all chance.</param>
    /// <returns>The clients, and their events in the order in which a bank would book them: by time, clients mixed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is not positive.</exception>
    public static (IReadOnlyList<CardClient> Clients, IReadOnlyList<CardEvent> Events) Generate(int count, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);

        var random = new Random(seed);
        var clients = new List<CardClient>(count);
        var events = new List<CardEvent>(count * 40);
        for (int i = 0; i < count; i++)
        {
            var client = new CardClient { ClientId = $"C{i:D5}", PlansAhead = random.NextDouble() < 0.4 };
            clients.Add(client);
            AddEvents(events, client, random);
        }

        return (clients, [.. events.OrderBy(e => e.Time).ThenBy(e => e.ClientId, StringComparer.Ordinal)]);
    }

    private static void AddEvents(List<CardEvent> events, CardClient client, Random random)
    {
        const int Months = 4;
        int payday = random.Next(1, 28);
        double income = 1200 * Math.Exp(0.4 * Normal(random));
        for (int month = 0; month < Months; month++)
        {
            DateTime paid = new DateTime(2024, 1 + month, payday, 0, 0, 0, DateTimeKind.Unspecified).AddHours(8 + 2 * random.NextDouble());
            Add(events, client, paid, Salary, income, random);
            AddPaydayHabit(events, client, paid, income, random);
            AddEveryday(events, client, paid, random);
        }
    }

    /// <summary>
    /// The same five payments in every month. A planner sends savings and bills off first, within hours, and treats come last; others begin with cash
    /// and treats and see to savings and bills days later.
    /// </summary>
    private static void AddPaydayHabit(List<CardEvent> events, CardClient client, DateTime paid, double income, Random random)
    {
        (string Mcc, double Amount)[] duties = [(Savings, 0.1 * income), (Utilities, 0.12 * income)];
        (string Mcc, double Amount)[] treats = [(Cash, 0.08 * income), (Restaurant, 0.04 * income), (Electronics, 0.1 * income)];
        bool dutiesFirst = random.NextDouble() < HabitStrength ? client.PlansAhead : random.Next(2) == 0;
        (string Mcc, double Amount)[] order = dutiesFirst ? [.. duties, .. treats] : [.. treats, .. duties];

        DateTime at = paid;
        foreach ((string mcc, double amount) in order)
        {
            // The first payment follows within hours, the others after days, whoever pays: gaps alone say nothing.
            at = at.AddHours(at == paid ? 1 + 5 * random.NextDouble() : 20 + 80 * random.NextDouble());
            Add(events, client, at, mcc, -amount, random);
        }
    }

    private static void AddEveryday(List<CardEvent> events, CardClient client, DateTime paid, Random random)
    {
        int purchases = random.Next(2, 6);
        for (int i = 0; i < purchases; i++)
        {
            (string mcc, double amount) = Everyday[random.Next(Everyday.Length)];
            Add(events, client, paid.AddDays(28 * random.NextDouble()), mcc, -amount, random);
        }
    }

    private static void Add(List<CardEvent> events, CardClient client, DateTime time, string mcc, double amount, Random random) => events.Add(new CardEvent
    {
        ClientId = client.ClientId,
        Time = new DateTime(time.Ticks - time.Ticks % TimeSpan.TicksPerMinute, DateTimeKind.Unspecified),
        Mcc = mcc,
        Amount = (float)Math.Round(amount * Math.Exp(0.25 * Normal(random)), 2),
    });

    /// <summary>A standard normal deviate (Box and Muller).</summary>
    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

namespace Microsoft.ML.Llm4Es.Evaluation.Tests;

public sealed class LeakageGuardTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Run_WithoutALeakWarnsOfNothing() => Assert.Empty(Warnings(_ => { }));

    [Fact]
    public void Run_WarnsOfAFieldThatDecidesTheLabel()
    {
        string[] warnings = Warnings(entity => entity.Amount[0] = entity.Label ? 100 : 0);

        Assert.Contains(warnings, warning => warning.StartsWith("'Amount: sum' alone ranks Label = true with an area under the ROC curve of 1.000", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WarnsOfAnEventThatOnlyOneClassHas()
    {
        string[] warnings = Warnings(entity =>
        {
            if (entity.Label && entity.Number % 2 == 0) entity.Category[0] = "account closed";
        });

        Assert.Contains(warnings, warning => warning.Contains("'Category=account closed: count' above 0 are Label = true", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WarnsOfEventsAfterTheLabelsTime()
    {
        string[] warnings = Warnings(entity => entity.LabelTime = entity.Number == 0 ? entity.Time[1] : entity.Time[^1]);

        Assert.Contains(warnings, warning => warning.Contains("of 1 entities lie after 'LabelTime'", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WarnsOfGroupsInSeveralFolds()
    {
        string[] warnings = Warnings(_ => { }, options =>
        {
            options.Fold = nameof(Entity.Fold);
            options.Group = nameof(Entity.Household);
        });

        Assert.Contains(warnings, warning => warning.Contains("values of 'Household' are in more than one fold, such as h0", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WarnsOfAnEntityThatIsThereTwice()
    {
        Entity first = Create(0);
        string[] warnings = Warnings(
            entity =>
            {
                if (entity.Number != 1) return;
                (entity.Category, entity.Amount, entity.Time) = (first.Category, first.Amount, first.Time);
            },
            options => options.Fold = nameof(Entity.Fold));

        Assert.Contains(warnings, warning => warning.StartsWith("1 entities have the same events as one in another fold", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WarnsOfLabelTimesThatAreMissing()
    {
        string[] warnings = Warnings(entity => entity.LabelTime = entity.Number < 3 ? default : entity.LabelTime);

        Assert.Equal(["'LabelTime' is missing in 3 entities, so it is not known whether events of theirs lie after it."], warnings);
    }

    [Fact]
    public void Run_ReadsALabelTimeThatIsText()
    {
        string[] warnings = Warnings(
            entity => entity.Household = entity.Number switch { 0 => "2024-01-02 00:00:00", 1 => "", _ => "2025-01-01" }, options => options.LabelTime = nameof(Entity.Household));

        Assert.Contains(warnings, warning => warning.Contains("of 1 entities lie after 'Household'", StringComparison.Ordinal));
        Assert.Contains(warnings, warning => warning.StartsWith("'Household' is missing in 1 entities", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WithALabelTimeThatIsNoDateSaysSo()
    {
        var text = Assert.Throws<InvalidDataException>(() => Warnings(_ => { }, options => options.LabelTime = nameof(Entity.Household)));
        var number = Assert.Throws<ArgumentException>(() => Warnings(_ => { }, options => options.LabelTime = nameof(Entity.Number)));

        Assert.Contains("'Household' is 'h0' in a row; a date such as", text.Message, StringComparison.Ordinal);
        Assert.Contains("expected are dates, as the events' times are", number.Message, StringComparison.Ordinal);
    }

    /// <summary>The warnings for 200 entities whose label is chance, after each was changed.</summary>
    private string[] Warnings(Action<Entity> change, Action<DownstreamEvaluationOptions>? configure = null)
    {
        Entity[] entities = [.. Enumerable.Range(0, 200).Select(Create)];
        foreach (Entity entity in entities) change(entity);
        var options = new DownstreamEvaluationOptions
        {
            Label = nameof(Entity.Label),
            LabelTime = nameof(Entity.LabelTime),
            BootstrapSamples = 0,
            Classifier = new LightGbmOptions { Trees = 1, Threads = 1, MinRowsPerLeaf = 10 },
        };
        configure?.Invoke(options);
        var representation = new Representation("amounts", _ml.Transforms.AggregateEvents("A", new AggregateEventsOptions { Fields = [nameof(Entity.Amount)] }), "A");
        return [.. new DownstreamEvaluation(_ml, options).Run(_ml.Data.LoadFromEnumerable(entities), [representation], cancellation: TestContext.Current.CancellationToken).Warnings];
    }

    private static Entity Create(int number)
    {
        var random = new Random(number);
        int events = random.Next(6, 12);
        return new Entity
        {
            Number = number,
            Category = [.. Enumerable.Range(0, events).Select(_ => random.Next(2) == 0 ? "a" : "b")],
            Amount = [.. Enumerable.Range(0, events).Select(_ => (float)random.NextDouble())],
            Time = [.. Enumerable.Range(0, events).Select(i => new DateTime(2024, 1, 1).AddDays(i))],
            Label = random.Next(2) == 0,
            LabelTime = new DateTime(2025, 1, 1),
            Household = $"h{number / 3}",
            Fold = number % 4,
        };
    }

    private sealed class Entity
    {
        public int Number { get; set; }

        public string[] Category { get; set; } = [];

        public float[] Amount { get; set; } = [];

        public DateTime[] Time { get; set; } = [];

        public bool Label { get; set; }

        public DateTime LabelTime { get; set; }

        public string Household { get; set; } = "";

        public int Fold { get; set; }
    }
}

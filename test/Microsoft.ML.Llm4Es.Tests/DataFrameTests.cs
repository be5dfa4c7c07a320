using Microsoft.Data.Analysis;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>A Microsoft.Data.Analysis.DataFrame into each stage, and what the stage makes of it back as one.</summary>
public sealed class DataFrameTests
{
    /// <summary>ToDataFrame takes 100 rows where it is told nothing.</summary>
    private const int AllRows = -1;

    private readonly MLContext _ml = new(seed: 1);

    private static DataFrame Events => new(
        new StringDataFrameColumn("Id", ["a", "b", "a"]),
        new PrimitiveDataFrameColumn<DateTime>("Time", [new(2024, 1, 3), new(2024, 1, 1), new(2024, 1, 1)]),
        new StringDataFrameColumn("Shop", ["bank", "cinema", "bakery"]),
        new PrimitiveDataFrameColumn<float>("Amount", [20f, 5f, 10f]));

    private static DataFrame Clients => new(
        new StringDataFrameColumn("Id", ["b", "a"]),
        new PrimitiveDataFrameColumn<bool>("Stays", [true, false]));

    private static DataFrame Texts => new(new StringDataFrameColumn("Text", ["shop|amount\nbakery, 10\nbank, 20", "shop|amount\ncinema, 5"]));

    [Fact]
    public void GroupEvents_ReadsAndGivesADataFrame()
    {
        IDataView grouped = _ml.Data.GroupEvents(Events, "Id", "Time");
        DataFrame frame = grouped.ToDataFrame(AllRows, "Id", "Shop", "Amount");

        Assert.Equal(["a", "b"], grouped.GetColumn<string>("Id"));
        Assert.Equal([[10f, 20f], [5f]], grouped.GetColumn<float[]>("Amount"));
        Assert.Equal(2, frame.Rows.Count);
        Assert.Equal(10f, ((VBufferDataFrameColumn<float>)frame["Amount"])[0].GetValues()[0]);
    }

    [Fact]
    public void JoinEntities_JoinsTwoDataFrames()
    {
        IDataView joined = _ml.Data.JoinEntities(_ml.Data.GroupEvents(Events, "Id", "Time"), Clients, "Id");

        Assert.Equal([false, true], joined.ToDataFrame(AllRows, "Id", "Stays")["Stays"].Cast<bool>());
    }

    [Fact]
    public void TextifyEvents_ReadsAndGivesADataFrame()
    {
        DataFrame grouped = _ml.Data.GroupEvents(Events, "Id", "Time").ToDataFrame(AllRows, "Id", "Shop", "Amount");

        DataFrame written = _ml.Transforms.TextifyEvents("Text").Fit(grouped).Transform(grouped).ToDataFrame(AllRows);

        Assert.Equal(["shop|amount\nbakery, 10\nbank, 20", "shop|amount\ncinema, 5"], written["Text"].Cast<string>());
    }

    [Fact]
    public void EnrichDescriptions_ReadsAndGivesADataFrame()
    {
        DataFrame enriched = _ml.Transforms.EnrichDescriptions("Enriched", "Text", new ReformatEnricher(), variants: 2).Fit(Texts).Transform(Texts).ToDataFrame(AllRows);

        var variants = (VBufferDataFrameColumn<ReadOnlyMemory<char>>)enriched["Enriched"];
        Assert.Equal(2, variants[1].Length);
        Assert.Contains("cinema", variants[1].GetValues()[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void FineTuneLlmEmbedder_ReadsPlainTextsAndGivesADataFrame()
    {
        // Texts of no events at all: any text column does.
        var reviews = new DataFrame(new StringDataFrameColumn("Review", ["warm bread, friendly people", "the film was long", "the film was short"]));
        using FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Review", SmallJob.Options).Fit(reviews);

        DataFrame embedded = embedder.Transform(reviews).ToDataFrame(AllRows);

        var vectors = (VBufferDataFrameColumn<float>)embedded["Embedding"];
        Assert.Equal(SmallJob.Vectors(embedder.Transform(reviews)), Enumerable.Range(0, 3).Select(row => vectors[row].GetValues().ToArray()));
        Assert.Equal("the film was long", embedded["Review"][1]);
    }

    [Fact]
    public void Pipeline_FitsAndScoresDataFrames()
    {
        IDataView clients = _ml.Data.GroupEvents(Events, "Id", "Time");
        using var model = _ml.Transforms.Llm4EsEmbed("Embedding", options: SmallJob.Options).Append(_ml.Transforms.NormalizeMinMax("Embedding")).Fit(clients);

        DataFrame scored = model.Transform(clients).ToDataFrame(AllRows, "Id", "Embedding");

        Assert.Equal(["Id", "Embedding"], scored.Columns.Select(column => column.Name));
        Assert.Equal(SmallJob.Vectors(model.Transform(clients))[1], ((VBufferDataFrameColumn<float>)scored["Embedding"])[1].DenseValues());
    }

    [Fact]
    public void AFrameOfVectors_IsScored()
    {
        DataFrame clients = _ml.Data.GroupEvents(Events, "Id", "Time").ToDataFrame(AllRows, "Id", "Shop", "Amount");
        using var model = _ml.Transforms.Llm4EsEmbed("Embedding", [EventField.Plain("Shop"), EventField.Number("Amount", decimals: 0)], SmallJob.Options).Fit(clients);

        Assert.Equal(2, SmallJob.Vectors(model.Transform(clients)).Length);
    }
}

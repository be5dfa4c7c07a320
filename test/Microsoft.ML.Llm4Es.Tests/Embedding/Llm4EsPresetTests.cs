using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class Llm4EsPresetTests
{
    private readonly MLContext _ml = new(seed: 1);

    [Fact]
    public void Default_IsWhatOptionsWithoutSettingsAre()
    {
        EmbeddingOptions preset = Llm4EsPreset.Default.EmbedderOptions().Embedding;
        EmbeddingOptions plain = new FineTuneLlmEmbedderOptions().Embedding;

        Assert.Equal(plain.Pooling.Parts, preset.Pooling.Parts);
        Assert.Equal(new TextifyEventsOptions().TimeFormat, Llm4EsPreset.Default.TextOptions().TimeFormat);
        Assert.Equal(new TextifyEventsOptions().Decimals, Llm4EsPreset.Default.TextOptions().Decimals);
    }

    [Fact]
    public void Blend_IsTheDefaultWithTheLastTokenBehindIt()
    {
        IReadOnlyList<PooledPart> parts = Llm4EsPreset.Blend.EmbedderOptions().Embedding.Pooling.Parts;

        Assert.Equal([.. Llm4EsPreset.Default.Pooling.Parts, new(LayerRange.UpperTwoThirds, TokenPooling.Last)], parts);
        Assert.Equal(Llm4EsPreset.Default with { Pooling = Llm4EsPreset.Blend.Pooling }, Llm4EsPreset.Blend with { Model = Llm4EsPreset.Default.Model });
    }

    [Fact]
    public void Paper_WritesDaysAndWholeNumbersAndPoolsTheUpperLayers()
    {
        IDataView clients = SmallJob.Clients(_ml, count: 12);
        Llm4EsPreset preset = Llm4EsPreset.Paper with { Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny.OfWords()) };
        TextifyEventsOptions text = preset.TextOptions();
        FineTuneLlmEmbedderOptions options = preset.EmbedderOptions();
        options.Tuning = Tuning.None;

        IDataView textified = _ml.Transforms.TextifyEvents("Text", text).Fit(clients).Transform(clients);
        EventTable first = EventTable.Parse(textified.GetColumn<string>("Text").First());
        using FineTuneLlmEmbedderTransformer embedder = _ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(textified);

        int time = first.Fields.ToList().IndexOf("time"), amount = first.Fields.ToList().IndexOf("amount");
        Assert.Equal("0", first.Events[0][time]);
        Assert.All(first.Events, values => Assert.True(int.TryParse(values[time], out _) && int.TryParse(values[amount], out _), string.Join(", ", values)));
        Assert.Equal(LanguageModelPreset.Tiny.HiddenSize, embedder.Dimension);
    }

    [Fact]
    public void Llm4EsEmbed_WithAPreset_EmbedsEveryVectorColumn()
    {
        IDataView clients = SmallJob.Clients(_ml, count: 12);
        Llm4EsPreset preset = new() { Model = SmallJob.Options.Model };

        ITransformer model = _ml.Transforms.Llm4EsEmbed("Embedding", preset).Fit(clients);
        using var owned = model as IDisposable;

        Assert.All(SmallJob.Vectors(model.Transform(clients)), vector => Assert.Equal(2 * LanguageModelPreset.Tiny.HiddenSize, vector.Length));
    }

    [Fact]
    public void Parse_KnowsItsNamesOnly()
    {
        Assert.Same(Llm4EsPreset.Paper, Llm4EsPreset.Parse("paper"));
        Assert.Same(Llm4EsPreset.Default, Llm4EsPreset.Parse("default"));
        Assert.Same(Llm4EsPreset.Blend, Llm4EsPreset.Parse("blend"));
        Assert.Contains("default, blend and paper", Assert.Throws<ArgumentException>(() => Llm4EsPreset.Parse("best")).Message);
    }
}

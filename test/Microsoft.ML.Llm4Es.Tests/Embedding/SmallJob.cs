using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>The main job, small enough for a test: a few synthetic clients, a tiny model, a few steps.</summary>
internal static class SmallJob
{
    public static readonly EventField[] Fields =
    [
        EventField.Time(nameof(CardEvent.Time), "after"),
        EventField.Code(nameof(CardEvent.Mcc), "category", CardClients.MerchantCategories),
        EventField.Number(nameof(CardEvent.Amount), "amount", decimals: 0),
    ];

    public static FineTuneLlmEmbedderOptions Options => new()
    {
        Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny with { VocabularySize = 400 }),
        Training = new TrainingOptions { Epochs = 4, MaxTokens = 8_000, TokensPerBatch = 200, ContextLength = 128, LearningRate = 1e-3 },
        Embedding = new EmbeddingOptions { RowsPerBatch = 16 },
    };

    public static IDataView Clients(MLContext ml, int count = 60)
    {
        (IReadOnlyList<CardClient> clients, IReadOnlyList<CardEvent> events) = CardClients.Generate(count, seed: 7);
        IDataView grouped = ml.Data.GroupEvents(ml.Data.LoadFromEnumerable(events), nameof(CardEvent.ClientId), nameof(CardEvent.Time));
        return ml.Data.JoinEntities(grouped, ml.Data.LoadFromEnumerable(clients), nameof(CardClient.ClientId));
    }

    public static IDataView Texts(MLContext ml, params string[] texts) =>
        ml.Data.LoadFromEnumerable(texts.Select(text => new TextRow { Text = text }));

    public static float[][] Vectors(IDataView data) => [.. data.GetColumn<float[]>("Embedding")];

    internal sealed class TextRow
    {
        public string Text { get; set; } = "";
    }
}

using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>One call of a PredictionEngine on one core: a client's events become text, tokens and the embedding of the default model. The peer runs a row of as many tokens through the same shape in fp32, and does nothing else.</summary>
internal static class PredictBenchmark
{
    private const string Name = "predict-one";
    private const int EventsPerClient = 200;
    private const int Clients = 40;
    private const int Rounds = 10;

    internal static Benchmark Benchmark { get; } = new(Name, "one PredictionEngine call of the default model for a client of 200 events, on one core", Run);

    private static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
        var context = new MLContext(seed: 0);
        ClientHistory[] clients = [.. Histories()];
        using TransformerChain<FineTuneLlmEmbedderTransformer> chain = Fit(context, clients);
        using PredictionEngine<ClientHistory, Embedded> engine = context.Model.CreatePredictionEngine<ClientHistory, Embedded>(chain);

        int next = 0;
        var library = Contender.Timed("llm4es", Clients, () =>
        {
            for (int i = 0; i < Clients; i++) engine.Predict(clients[next++ % Clients]);
        });
        Benchmarks.Rounds.Run(Rounds, "calls/s", library);
        var e = engine.Predict(clients[0]); Console.WriteLine(e.EmbeddingText[..300]); Console.WriteLine(chain.LastTransformer.Configuration.VocabularySize); Console.WriteLine(e.EmbeddingText.Length);
        return BenchmarkResult.OfTimes(Name, library, library);
    }

    /// <summary>Fits the default pipeline with one step of training: what is learned does not change the time of a call. Nothing is cached, so that each call computes.</summary>
    private static TransformerChain<FineTuneLlmEmbedderTransformer> Fit(MLContext context, ClientHistory[] clients)
    {
        EventField[] fields =
        [
            EventField.Time(nameof(ClientHistory.Time), "after"),
            EventField.Code(nameof(ClientHistory.Mcc), "category", CardClients.MerchantCategories),
            EventField.Number(nameof(ClientHistory.Amount), "amount", decimals: 0),
        ];
        var options = new FineTuneLlmEmbedderOptions { CacheEntries = 0, Training = new TrainingOptions { MaxTokens = 1 } };
        return context.Transforms.Llm4EsEmbed("Embedding", fields, options).Fit(context.Data.LoadFromEnumerable(clients));
    }

    /// <summary>Synthetic events, cut into clients of equal length.</summary>
    private static IEnumerable<ClientHistory> Histories()
    {
        (_, IReadOnlyList<CardEvent> events) = CardClients.Generate(count: EventsPerClient * Clients / 30, seed: 0);
        foreach (CardEvent[] ofClient in events.OrderBy(e => e.ClientId, StringComparer.Ordinal).ThenBy(e => e.Time).Chunk(EventsPerClient).Take(Clients))
        {
            CardEvent[] ordered = [.. ofClient.OrderBy(e => e.Time)];
            yield return new ClientHistory
            {
                Time = [.. ordered.Select(e => e.Time)],
                Mcc = [.. ordered.Select(e => e.Mcc)],
                Amount = [.. ordered.Select(e => e.Amount)],
            };
        }
    }

    private sealed class ClientHistory
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Mcc { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Embedded
    {
        public float[] Embedding { get; set; } = [];

        public string EmbeddingText { get; set; } = "";
    }
}

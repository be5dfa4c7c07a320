using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>One call of a PredictionEngine on one core: a client's events become text, tokens and the embedding of the default model. The peer runs as many tokens through the same shape in fp32, and does nothing else.</summary>
internal static class PredictBenchmark
{
    private const string Name = "predict-one";
    private const int EventsPerClient = 200;
    private const int Clients = 40;
    private const int Calls = 40;

    internal static Benchmark Benchmark { get; } = new(Name, "one PredictionEngine call of the default model for a client of 200 events, on one core", Run);

    private static BenchmarkResult Run()
    {
        TorchRuntime.EnsureLoaded();
        set_num_threads(1);
        var context = new MLContext(seed: 0);
        ClientHistory[] clients = [.. Histories()];
        using TransformerChain<FineTuneLlmEmbedderTransformer> chain = Fit(context, clients, ComputePrecision.Auto);
        using PredictionEngine<ClientHistory, Embedded> engine = context.Model.CreatePredictionEngine<ClientHistory, Embedded>(chain);
        LanguageModelConfiguration shape = chain.LastTransformer.Configuration;
        double tokens = TokensPerClient(chain.LastTransformer, [.. clients.Select(client => engine.Predict(client).EmbeddingText)]);
        int windows = (int)Math.Ceiling(tokens / shape.MaxPositions);
        Console.WriteLine(FormattableString.Invariant($"{EventsPerClient} events are {tokens:f0} tokens on average, {windows} windows of the model"));

        int next = 0;
        var library = Contender.Timed("llm4es", 1, () => engine.Predict(clients[next++ % Clients]));
        using TransformerChain<FineTuneLlmEmbedderTransformer> singleChain = Fit(context, clients, ComputePrecision.Float32);
        using PredictionEngine<ClientHistory, Embedded> single = context.Model.CreatePredictionEngine<ClientHistory, Embedded>(singleChain);
        using PyTorchPeer? pytorch = PyTorchPeer.TryStart(PyTorchWork.Embed, shape, windows, (int)tokens / windows, amount: 1);
        Contender peer = pytorch?.Contender ?? Contender.Timed("llm4es fp32 (no PyTorch here)", 1, () => single.Predict(clients[next++ % Clients]));
        Rounds.Run(Calls, "calls/s", library, peer);
        return BenchmarkResult.OfTimes(Name, library, peer);
    }

    /// <summary>Counts the tokens of texts, with the vocabulary that the model learned from them.</summary>
    private static double TokensPerClient(FineTuneLlmEmbedderTransformer embedder, string[] texts)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("llm4es-benchmark");
        try
        {
            embedder.SaveHuggingFace(folder.FullName);
            LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(folder.FullName);
            return texts.Average(text => tokenizer.Encode(text, addSpecialTokens: true).Count);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Fits the default pipeline with one step of training: what is learned does not change the time of a call. Nothing is cached, so that each call computes.</summary>
    private static TransformerChain<FineTuneLlmEmbedderTransformer> Fit(MLContext context, ClientHistory[] clients, ComputePrecision precision)
    {
        EventField[] fields =
        [
            EventField.Time(nameof(ClientHistory.Time), "after"),
            EventField.Code(nameof(ClientHistory.Mcc), "category", CardClients.MerchantCategories),
            EventField.Number(nameof(ClientHistory.Amount), "amount", decimals: 0),
        ];
        var options = new FineTuneLlmEmbedderOptions { Embedding = new EmbeddingOptions { Cache = EmbeddingCacheOptions.None }, Precision = precision, Training = new TrainingOptions { MaxTokens = 1 } };
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

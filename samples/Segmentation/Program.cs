// Card clients in segments, by what they do: the embeddings feed ML.NET's KMeans. No label is needed.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;

var ml = new MLContext(seed: 42);
(_, IReadOnlyList<CardEvent> transactions) = CardClients.Generate(count: 300, seed: 1);
IDataView clients = ml.Data.GroupEvents(ml.Data.LoadFromEnumerable(transactions), key: nameof(CardEvent.ClientId), time: nameof(CardEvent.Time));

var pipeline = ml.Transforms.Llm4EsEmbed("Embedding", [EventField.Code(nameof(CardEvent.Mcc), "category", CardClients.MerchantCategories)],
        new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny) })
    .Append(ml.Transforms.NormalizeMeanVariance("Embedding"))
    .Append(ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 3));
IDataView segmented = pipeline.Fit(clients).Transform(clients);

var members = segmented.GetColumn<uint>("PredictedLabel").Zip(segmented.GetColumn<string[]>(nameof(CardEvent.Mcc)), (segment, codes) => (segment, codes));
double all = transactions.Count;
var shares = transactions.GroupBy(e => e.Mcc).ToDictionary(codes => codes.Key, codes => codes.Count() / all);
foreach (var segment in members.GroupBy(member => member.segment).OrderBy(segment => segment.Key))
{
    string[] codes = [.. segment.SelectMany(member => member.codes)];
    var typical = codes.GroupBy(code => code).OrderByDescending(code => code.Count() / (double)codes.Length / shares[code.Key]).Take(3);
    Console.WriteLine($"segment {segment.Key}: {segment.Count()} clients, more than others at: {string.Join(", ", typical.Select(code => CardClients.MerchantCategories[code.Key]))}");
}

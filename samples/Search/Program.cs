// Clients that are like a given one: the nearest by cosine among the embeddings. A vector store takes the same float[], from thousands of entities on.
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;

var ml = new MLContext(seed: 42);
(_, IReadOnlyList<CardEvent> transactions) = CardClients.Generate(count: 300, seed: 1);
IDataView clients = ml.Data.GroupEvents(ml.Data.LoadFromEnumerable(transactions), key: nameof(CardEvent.ClientId), time: nameof(CardEvent.Time));

IDataView embedded = ml.Transforms.Llm4EsEmbed("Embedding", [EventField.Code(nameof(CardEvent.Mcc), "category", CardClients.MerchantCategories)],
        new FineTuneLlmEmbedderOptions { Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny) })
    // Without what all clients have in common, cosines tell them apart.
    .Append(ml.Transforms.NormalizeMeanVariance("Embedding", fixZero: false))
    .Fit(clients).Transform(clients);

string[] ids = [.. embedded.GetColumn<string>(nameof(CardEvent.ClientId))];
float[][] vectors = [.. embedded.GetColumn<float[]>("Embedding")];
float[] query = vectors[0];
foreach (int i in Enumerable.Range(1, vectors.Length - 1).OrderByDescending(i => TensorPrimitives.CosineSimilarity(query, vectors[i])).Take(5))
    Console.WriteLine($"{ids[i]} is like {ids[0]}: cosine {TensorPrimitives.CosineSimilarity(query, vectors[i]):F3}, shares {string.Join(", ", Favourites(i).Intersect(Favourites(0)))}");

IEnumerable<string> Favourites(int client) => transactions.Where(e => e.ClientId == ids[client])
    .GroupBy(e => e.Mcc).OrderByDescending(codes => codes.Count()).Take(5).Select(codes => CardClients.MerchantCategories[codes.Key]);

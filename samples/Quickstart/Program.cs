using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;

const string ModelPath = "quickstart.zip";

var ml = new MLContext(seed: 42);
ml.Log += (_, message) =>
{
    if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info && message.Source.Contains("Fine-tuning")) Console.WriteLine($"  {message.RawMessage}");
};

Console.WriteLine("1. Card transactions of 800 synthetic clients");
(IReadOnlyList<CardClient> clients, IReadOnlyList<CardEvent> transactions) = CardClients.Generate(count: 800, seed: 1);
IDataView events = ml.Data.LoadFromEnumerable(transactions);
IDataView labels = ml.Data.LoadFromEnumerable(clients);
Console.WriteLine($"  {transactions.Count:N0} transactions, {clients.Count(client => client.PlansAhead):N0} clients plan ahead");

Console.WriteLine("2. One row per client: events in order of time, and the label from the clients' table");
IDataView grouped = ml.Data.GroupEvents(events, key: nameof(CardEvent.ClientId), time: nameof(CardEvent.Time));
IDataView data = ml.Data.JoinEntities(grouped, labels, key: nameof(CardClient.ClientId));

Console.WriteLine("3. Events become text, a language model is tuned on the texts, each client becomes a vector");
EventField[] fields =
[
    EventField.Time(nameof(CardEvent.Time), "after"),
    EventField.Code(nameof(CardEvent.Mcc), "category", CardClients.MerchantCategories),
    EventField.Number(nameof(CardEvent.Amount), "amount", decimals: 0),
];
var embedder = ml.Transforms.Llm4EsEmbed("Embedding", fields).Fit(data);
IDataView embedded = embedder.Transform(data);
Console.WriteLine($"  the first client's text:{Environment.NewLine}{Indent(embedded.GetColumn<string>("EmbeddingText").First())}");

Console.WriteLine("4. LightGBM predicts from the vectors, on clients that it has not seen");
var trainer = ml.BinaryClassification.Trainers.LightGbm(nameof(CardClient.PlansAhead), "Embedding");
var folds = ml.BinaryClassification.CrossValidate(embedded, trainer, numberOfFolds: 5, labelColumnName: nameof(CardClient.PlansAhead));
double[] areas = [.. folds.Select(fold => fold.Metrics.AreaUnderRocCurve)];
Console.WriteLine($"  ROC-AUC of five folds: {areas.Average():F3} ± {Math.Sqrt(areas.Average(area => Math.Pow(area - areas.Average(), 2))):F3}");

Console.WriteLine("5. Save, load, score one client");
var model = embedder.Append(trainer.Fit(embedded));
ml.Model.Save(model, data.Schema, ModelPath);
ITransformer loaded = new MLContext().Model.Load(ModelPath, out _);
using var engine = new MLContext().Model.CreatePredictionEngine<ClientHistory, Prediction>(loaded);
Prediction prediction = engine.Predict(ClientHistory.Of(transactions.Where(e => e.ClientId == clients[0].ClientId)));
Console.WriteLine($"  client {clients[0].ClientId}: plans ahead with probability {prediction.Probability:P0}; in truth: {(clients[0].PlansAhead ? "yes" : "no")}");

static string Indent(string text) => string.Join(Environment.NewLine, text.Split('\n').Take(6).Append("...").Select(line => "    " + line));

/// <summary>What an application has of one client: an array for each field.</summary>
internal sealed class ClientHistory
{
    public DateTime[] Time { get; set; } = [];

    public string[] Mcc { get; set; } = [];

    public float[] Amount { get; set; } = [];

    public static ClientHistory Of(IEnumerable<CardEvent> events)
    {
        CardEvent[] ordered = [.. events.OrderBy(e => e.Time)];
        return new ClientHistory
        {
            Time = [.. ordered.Select(e => e.Time)],
            Mcc = [.. ordered.Select(e => e.Mcc)],
            Amount = [.. ordered.Select(e => e.Amount)],
        };
    }
}

/// <summary>What the model says of a client.</summary>
internal sealed class Prediction
{
    public float Probability { get; set; }
}

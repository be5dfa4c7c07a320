// Who rates films so: a user's ratings tell the user's sex. Reads GroupLens' MovieLens 100K (u.data, u.item, u.user), which may not be passed on:
// dotnet run -c Release --project samples/MovieLens -- ml-100k
using System.Globalization;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Llm4Es;

if (args is not [string folder] || !File.Exists(Path.Combine(folder, "u.data")))
{
    Console.Error.WriteLine("Usage: MovieLens FOLDER, where FOLDER holds u.data, u.item and u.user of MovieLens 100K (grouplens.org/datasets/movielens/100k).");
    return 2;
}

var ml = new MLContext(seed: 42);
ml.Log += (_, message) =>
{
    if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info && message.Source.Contains("Fine-tuning")) Console.WriteLine($"  {message.RawMessage}");
};

IDataView ratings = ml.Data.LoadFromEnumerable(Read("u.data", '\t').Select(fields => new Rating
{
    User = fields[0],
    Film = fields[1],
    Stars = float.Parse(fields[2], CultureInfo.InvariantCulture),
    Time = DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[3], CultureInfo.InvariantCulture)).UtcDateTime,
}));
IDataView users = ml.Data.LoadFromEnumerable(Read("u.user", '|').Select(fields => new User { Id = fields[0], IsFemale = fields[2] == "F" }));
Dictionary<string, string> titles = Read("u.item", '|').ToDictionary(fields => fields[0], fields => fields[1]);

IDataView grouped = ml.Data.GroupEvents(ratings, key: nameof(Rating.User), time: nameof(Rating.Time));
IDataView data = ml.Data.JoinEntities(grouped, users, key: nameof(Rating.User), tableKey: nameof(User.Id), out EntityMatch match);
Console.WriteLine(match);

// LLM4ES sees no label, so that it may be fitted on all users, as the paper does; LightGBM is cross-validated.
using var embedder = ml.Transforms.Llm4EsEmbed("Embedding", [EventField.Code(nameof(Rating.Film), "film", titles), EventField.Number(nameof(Rating.Stars), "stars", decimals: 0)]).Fit(data);
var folds = ml.BinaryClassification.CrossValidate(
    embedder.Transform(data), ml.BinaryClassification.Trainers.LightGbm(nameof(User.IsFemale), "Embedding"), numberOfFolds: 5, labelColumnName: nameof(User.IsFemale));
Console.WriteLine($"ROC-AUC of five folds: {string.Join(", ", folds.Select(fold => fold.Metrics.AreaUnderRocCurve.ToString("F3", CultureInfo.InvariantCulture)))}");
return 0;

IEnumerable<string[]> Read(string file, char separator) => File.ReadLines(Path.Combine(folder, file), Encoding.Latin1).Select(line => line.Split(separator));

internal sealed class Rating
{
    public string User { get; set; } = "";

    public string Film { get; set; } = "";

    public float Stars { get; set; }

    public DateTime Time { get; set; }
}

internal sealed class User
{
    public string Id { get; set; } = "";

    public bool IsFemale { get; set; }
}

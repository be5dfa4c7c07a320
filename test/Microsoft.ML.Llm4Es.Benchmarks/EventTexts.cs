using System.Globalization;
using System.IO.Compression;
using System.Text;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Texts of events, as the library writes them.</summary>
internal static class EventTexts
{
    private static readonly string[] Syllables = ["ba", "co", "di", "el", "fa", "gri", "ho", "in", "ka", "lo", "mar", "ne", "or", "pe", "qui", "ro", "san", "te", "ul", "vo"];

    /// <summary>The texts of synthetic card clients.</summary>
    internal static string[] Synthetic(int clients)
    {
        MLContext ml = new(seed: 0);
        IDataView events = ml.Data.LoadFromEnumerable(CardClients.Generate(clients, seed: 0).Events);
        return Write(ml, ml.Data.GroupEvents(events, nameof(CardEvent.ClientId), nameof(CardEvent.Time)));
    }

    /// <summary>The texts of the households of a file of real events, or none where the file is absent.</summary>
    internal static string[] Grocery() => Real("grocery");

    /// <summary>The texts of the entities of a set of real events, whose first two columns are the entity and the time, or none where its file is absent.</summary>
    internal static string[] Real(string name)
    {
        string path = $"../shared/data/{name}/events.csv.gz";
        if (!File.Exists(path)) return [];

        MLContext ml = new(seed: 0);
        string unpacked = Path.GetTempFileName();
        try
        {
            using (GZipStream packed = new(File.OpenRead(path), CompressionMode.Decompress))
            using (FileStream target = File.Create(unpacked))
            {
                packed.CopyTo(target);
            }

            string[] names = File.ReadLines(unpacked).First().Split(',');
            IDataView events = ml.Data.LoadFromTextFile(unpacked, new TextLoader.Options
            {
                HasHeader = true,
                Separators = [','],
                AllowQuoting = true,
                Columns = [.. names.Select((name, i) => new TextLoader.Column(name, DataKind.String, i))],
            });
            return Write(ml, ml.Data.GroupEvents(events, names[0], names[1]));
        }
        finally
        {
            File.Delete(unpacked);
        }
    }

    /// <summary>
    /// Lines of card payments with a shop's name, one text a line, until they have so many characters. Some shops are in most lines and most shops in few,
    /// so that there are always new words, as in real texts.
    /// </summary>
    internal static IEnumerable<string> Payments(long characters)
    {
        Random random = new(0);
        DateTime time = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);
        for (long written = 0; written < characters;)
        {
            time = time.AddMinutes(random.Next(600));
            string line = string.Create(
                CultureInfo.InvariantCulture,
                $"{time:yyyy-MM-dd HH:mm}, {Shop(random)}, {Math.Exp((4 * random.NextDouble()) + 1):f2} EUR, {(random.Next(9) == 0 ? "refund" : "purchase")}, card {random.Next(10_000):d4}\n");
            written += line.Length;
            yield return line;
        }
    }

    /// <summary>A name of two or three words; which words is decided by a number that is small more often than not.</summary>
    private static string Shop(Random random)
    {
        StringBuilder name = new();
        int words = random.Next(2, 4);
        for (int word = 0; word < words; word++)
        {
            if (word > 0) name.Append(' ');
            int start = name.Length;
            for (int rest = (int)Math.Exp(13 * random.NextDouble()); rest > 0; rest /= Syllables.Length) name.Append(Syllables[rest % Syllables.Length]);
            name[start] = char.ToUpperInvariant(name[start]);
        }

        return name.ToString();
    }

    private static string[] Write(MLContext ml, IDataView entities)
    {
        IDataView texts = ml.Transforms.TextifyEvents("Text").Fit(entities).Transform(entities);
        return [.. texts.GetColumn<string>("Text")];
    }
}

using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// Encoding event texts on one thread, beside Microsoft's <see cref="BpeTokenizer"/> with the same vocabulary, merges and pattern. Both have a cache of
/// words: cold means a new tokenizer on texts that it has never seen, warm the same texts once more. The result is the case with the lowest ratio.
/// </summary>
internal sealed class TokenizeBenchmark
{
    private const int Rounds = 7;

    internal static BenchmarkResult Run()
    {
        List<Case> cases = [.. Cases()];
        foreach (Case it in cases) it.CheckIds();
        for (int round = 1; round <= Rounds; round++)
        {
            foreach (Case it in cases) it.Measure();
            Console.WriteLine($"round {round}/{Rounds}: lowest ratio {cases.Min(it => it.LowestRatio):f2}");
        }

        foreach (Case it in cases) it.Print();
        Measurement slowest = cases.SelectMany(it => it.Measurements).MinBy(it => it.Ratio)!;
        return new BenchmarkResult("tokenize", Math.Round(slowest.Ours), "tokens/s", GemmShare: null, "Microsoft.ML.Tokenizers BpeTokenizer", Math.Round(slowest.Peers), Math.Round(slowest.Ratio, 3));
    }

    private static IEnumerable<Case> Cases()
    {
        string[] synthetic = EventTexts.Synthetic(clients: 500);
        string[] grocery = EventTexts.Grocery();
        LanguageModelTokenizer trained = BytePairTrainer.Train(synthetic.Concat(grocery), new BytePairTrainerOptions { VocabularySize = 4096, Pattern = BytePairTrainerOptions.Gpt2Pattern });
        using MemoryStream saved = new();
        trained.Save(saved);
        List<(string Name, byte[] Json)> tokenizers = [("trained", saved.ToArray())];
        foreach (string name in new[] { "gpt2", "smollm2" })
        {
            string path = $"../shared/models/tokenizers/{name}/tokenizer.json";
            if (File.Exists(path)) tokenizers.Add((name, File.ReadAllBytes(path)));
            else if (File.Exists(path + ".gz")) tokenizers.Add((name, Unpack(path + ".gz")));
        }

        foreach ((string name, byte[] json) in tokenizers)
        {
            yield return new Case($"{name}, synthetic", json, synthetic);
            if (grocery.Length > 0) yield return new Case($"{name}, grocery", json, grocery);
        }
    }

    private static byte[] Unpack(string path)
    {
        using System.IO.Compression.GZipStream packed = new(File.OpenRead(path), System.IO.Compression.CompressionMode.Decompress);
        using MemoryStream unpacked = new();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    /// <summary>A tokenizer on a set of texts.</summary>
    private sealed class Case
    {
        private readonly string _name;
        private readonly byte[] _json;
        private readonly string[] _texts;
        private readonly Measurement _coldIds = new("ids, cold");
        private readonly Measurement _warmIds = new("ids, warm");
        private readonly Measurement _coldTokens = new("offsets, cold");
        private readonly Measurement _warmTokens = new("offsets, warm");

        internal Case(string name, byte[] json, string[] texts)
        {
            _name = name;
            _json = json;
            _texts = texts;
        }

        internal IEnumerable<Measurement> Measurements => [_coldIds, _warmIds, _coldTokens, _warmTokens];

        internal double LowestRatio => Measurements.Min(it => it.Ratio);

        internal void CheckIds()
        {
            Tokenizer ours = Ours(), peer = Peer();
            foreach (string text in _texts)
            {
                if (!ours.EncodeToIds(text).SequenceEqual(peer.EncodeToIds(text))) throw new InvalidDataException($"{_name}: the two tokenizers differ on '{text}'.");
            }
        }

        internal void Measure()
        {
            Tokenizer ours = Ours(), peer = Peer();
            _coldIds.Add(ours, peer, _texts, EncodeToIds);
            _warmIds.Add(ours, peer, _texts, EncodeToIds);
            _coldTokens.Add(Ours(), Peer(), _texts, EncodeToTokens);
            _warmTokens.Add(ours, peer, _texts, EncodeToTokens);
        }

        internal void Print()
        {
            foreach (Measurement it in Measurements)
            {
                Console.WriteLine(FormattableString.Invariant(
                    $"{_name,-20} {it.Name,-14} {it.Ours / 1e6,6:f2} M tokens/s, peer {it.Peers / 1e6,6:f2}, ratio {it.Ratio:f2}; {it.OurBytes:f0} bytes a token, peer {it.PeerBytes:f0}"));
            }
        }

        private static int EncodeToIds(Tokenizer tokenizer, string text) => tokenizer.EncodeToIds(text).Count;

        private static int EncodeToTokens(Tokenizer tokenizer, string text) => tokenizer.EncodeToTokens(text, out _).Count;

        private LanguageModelTokenizer Ours() => LanguageModelTokenizer.Parse(_json);

        private BpeTokenizer Peer()
        {
            JsonElement json = JsonSerializer.Deserialize<JsonElement>(_json);
            JsonElement model = json.GetProperty("model");
            bool digits = json.GetProperty("pre_tokenizer").GetRawText().Contains("Digits", StringComparison.Ordinal);
            string pattern = BytePairTrainerOptions.Gpt2Pattern;
            return BpeTokenizer.Create(new BpeOptions(model.GetProperty("vocab").EnumerateObject().Select(entry => KeyValuePair.Create(entry.Name, entry.Value.GetInt32())))
            {
                Merges = model.GetProperty("merges").EnumerateArray().Select(merge => merge.ValueKind == JsonValueKind.String ? merge.GetString()! : $"{merge[0]} {merge[1]}"),
                ByteLevel = true,
                PreTokenizer = new RegexPreTokenizer(new Regex(digits ? @"\p{N}|" + pattern.Replace(@"| ?\p{N}+", "", StringComparison.Ordinal) : pattern, RegexOptions.Compiled), null),
            });
        }
    }

    /// <summary>The best rates of both tokenizers, and what they allocate.</summary>
    private sealed class Measurement(string name)
    {
        internal string Name => name;

        internal double Ours { get; private set; }

        internal double Peers { get; private set; }

        internal double OurBytes { get; private set; }

        internal double PeerBytes { get; private set; }

        internal double Ratio => Ours / Peers;

        internal void Add(Tokenizer ours, Tokenizer peer, string[] texts, Func<Tokenizer, string, int> encode)
        {
            (double rate, double bytes) = Time(ours, texts, encode);
            (Ours, OurBytes) = (Math.Max(Ours, rate), bytes);
            (rate, bytes) = Time(peer, texts, encode);
            (Peers, PeerBytes) = (Math.Max(Peers, rate), bytes);
        }

        private static (double Rate, double BytesPerToken) Time(Tokenizer tokenizer, string[] texts, Func<Tokenizer, string, int> encode)
        {
            long allocated = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            double tokens = 0;
            foreach (string text in texts) tokens += encode(tokenizer, text);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return (tokens / seconds, (GC.GetAllocatedBytesForCurrentThread() - allocated) / tokens);
        }
    }
}

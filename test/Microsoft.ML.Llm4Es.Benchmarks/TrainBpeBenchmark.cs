using System.Diagnostics;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>
/// Training a tokenizer on 100 MB of event texts. The peer is the textbook's algorithm (Sennrich et al., arXiv 1508.07909), which counts all pairs of the
/// different words anew for each merge; it would need hours for this, so both learn a small vocabulary from a sample as well, and that is compared.
/// </summary>
internal sealed class TrainBpeBenchmark
{
    private const long Characters = 100_000_000;
    private const long SampleCharacters = 1_000_000;
    private const int SampleVocabulary = 1024;
    private const int Rounds = 3;

    internal static BenchmarkResult Run()
    {
        string[] sample = [.. EventTexts.Payments(SampleCharacters)];
        double ours = 0, peer = 0;
        for (int round = 1; round <= Rounds; round++)
        {
            ours = Math.Max(ours, BytesPerSecond(SampleCharacters, () => Train(sample, SampleVocabulary)));
            peer = Math.Max(peer, BytesPerSecond(SampleCharacters, () => new TextbookBytePairs(sample).Learn(SampleVocabulary - 256)));
            Console.WriteLine(FormattableString.Invariant($"sample, vocabulary {SampleVocabulary}, round {round}/{Rounds}: best so far {ours / 1e6:f2} MB/s, textbook {peer / 1e6:f2} MB/s"));
        }

        foreach (int vocabulary in new[] { 4096, 32_768 })
        {
            PhaseClock clock = new();
            double rate = BytesPerSecond(Characters, () => BytePairTrainer.Train(EventTexts.Payments(Characters), Options(vocabulary), clock));
            Console.WriteLine(FormattableString.Invariant(
                $"100 MB, vocabulary {vocabulary}: {Characters / rate:f1} s, of which {clock.ReadSeconds:f1} s reading; {clock.Words} different words; {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:f0} MB at most"));
        }

        return new BenchmarkResult("train-bpe", Math.Round(ours), "bytes/s", null, $"textbook algorithm, {SampleCharacters / 1e6:f0} MB sample, vocabulary {SampleVocabulary}", Math.Round(peer), Math.Round(ours / peer, 3));
    }

    private static BytePairTrainerOptions Options(int vocabulary) => new() { VocabularySize = vocabulary, SpecialTokens = [], Pattern = BytePairTrainerOptions.Gpt2Pattern };

    private static LanguageModelTokenizer Train(IEnumerable<string> texts, int vocabulary) => BytePairTrainer.Train(texts, Options(vocabulary));

    private static double BytesPerSecond(long bytes, Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return bytes / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private sealed class PhaseClock : IProgress<BytePairTrainingProgress>
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        internal double ReadSeconds { get; private set; }

        internal int Words { get; private set; }

        public void Report(BytePairTrainingProgress value)
        {
            Words = value.DistinctWords;
            if (value.Tokens == 0) ReadSeconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Llm4Es.Tests;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is counted here belongs to the whole process, so no other test may run beside.</summary>
[Collection(nameof(TrainingMemoryTests))]
[CollectionDefinition(nameof(TrainingMemoryTests), DisableParallelization = true)]
public sealed class TrainingMemoryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ComputePrecision.Float32)]
    [InlineData(ComputePrecision.BFloat16)]
    public void Train_KeepsMemoryFlat(ComputePrecision precision)
    {
        using CausalLanguageModel model = CountingTask.Model();
        var options = new TrainingOptions { Epochs = 1, ContextLength = 16, TokensPerBatch = 64, GradientAccumulation = 2, Precision = precision };
        var trainer = new CausalLanguageModelTrainer(model, options);
        List<int[]> sequences = [.. Enumerable.Range(0, 1200).Select(i => CountingTask.Sequences(1, length: 4 + (i % 30), seed: i)[0])];

        MemoryGrowth.AssertNone(() => Assert.InRange(trainer.Train(sequences, cancellationToken: Token).Steps, 150, 400), most: 4 << 20);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Train_KeepsMemoryFlatOver10000Steps()
    {
        using CausalLanguageModel model = CountingTask.Model();
        var options = new TrainingOptions
        {
            Epochs = 100,
            ContextLength = 16,
            TokensPerBatch = 32,
            MaxTokens = 10_000 * 30,
            RecomputeActivations = true,
            Validation = new ValidationOptions { EverySteps = 500 },
        };
        List<int[]> sequences = [.. Enumerable.Range(0, 2000).Select(i => CountingTask.Sequences(1, length: 4 + (i % 13), seed: i)[0])];
        var memory = new Dictionary<int, (long Bytes, long Tensors)>();
        var listener = new Immediate(report =>
        {
            if (report.Step % 1000 == 0) memory.Add(report.Step, (AllocatedMemory.InUse(), Tensor.TotalCount));
        });

        new CausalLanguageModelTrainer(model, options).Train(sequences, listener, Token);

        Assert.Equal(memory[1000].Tensors, memory[10_000].Tensors);
        long[] growth = [.. Enumerable.Range(1, 9).Select(i => memory[1000 * (i + 1)].Bytes - memory[1000 * i].Bytes)];
        string text = string.Join(", ", growth.Select(bytes => $"{bytes >> 10} kB"));
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        // Measured: 3 to 11 MB, in jumps.
        Assert.True(growth.Sum() < 16 << 20, text);
    }

    [Fact]
    public void Train_FromAFile_TakesLittleMemoryOfTheProcess()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The memory of the process itself, without mapped files, is read from /proc.");
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "corpus.tokens");
        int[] sequence = CountingTask.Sequences(1, length: 1_000_000, seed: 0)[0];
        const int Sequences = 60;
        using (var writer = new TokenCorpusWriter(path, CountingTask.Vocabulary))
        {
            for (int i = 0; i < Sequences; i++) writer.Add(sequence);
            writer.Complete();
        }

        using CausalLanguageModel model = CountingTask.Model();
        var options = new TrainingOptions { Epochs = 1, ContextLength = 512, TokensPerBatch = 2048, MaxTokens = 20_000 };
        GC.Collect();
        long before = Status("RssAnon");
        using TokenCorpus corpus = TokenCorpus.Open(path);
        new CausalLanguageModelTrainer(model, options).Train(corpus, cancellationToken: Token);
        GC.Collect();

        // In memory the corpus would take 240 MB; a window of 512 tokens takes 12 bytes.
        Assert.InRange(Status("RssAnon") - before, long.MinValue, (long)Sequences * sequence.Length);
    }

    [Fact]
    public void RecomputeActivations_TakesLessMemory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The peak of memory is read from /proc.");
        Peak(recompute: true);
        long recomputed = Peak(recompute: true);
        long kept = Peak(recompute: false);
        Assert.True(recomputed < 0.7 * kept, $"{recomputed >> 20} MB with, {kept >> 20} MB without");
    }

    /// <summary>The most memory that a step takes beyond what was in use before, for a model of 8 layers.</summary>
    private static long Peak(bool recompute)
    {
        using CausalLanguageModel model = CausalLanguageModel.Create(CountingTask.Configuration with { HiddenLayers = 8, HiddenSize = 64, IntermediateSize = 192 }, seed: 1);
        var options = new TrainingOptions { Epochs = 1, ContextLength = 128, TokensPerBatch = 8192, RecomputeActivations = recompute, Precision = ComputePrecision.Float32 };
        var trainer = new CausalLanguageModelTrainer(model, options);
        int[][] sequences = CountingTask.Sequences(64, length: 129, seed: 0);
        // What the allocator keeps of an earlier run would hide some of this one's.
        _ = MallocTrim(0);
        // 5 sets the peak back to what is in use (proc(5)).
        File.WriteAllText("/proc/self/clear_refs", "5");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Status("VmRSS");
        trainer.Train(sequences, cancellationToken: Token);
        return Status("VmHWM") - before;
    }

    /// <summary>A size of this process in bytes (proc(5)).</summary>
    private static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().TrimEnd(" kB"), CultureInfo.InvariantCulture) << 10;
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int MallocTrim(nuint kept);
}

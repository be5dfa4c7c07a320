using CsCheck;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TokenCorpusTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => Path.Combine(_folder.Path, "corpus.tokens");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(65_536)]
    [InlineData(65_537)]
    public void Open_GivesWhatWasWritten(int vocabulary) => Gen.Int[0, vocabulary - 1].Array[0, 50].Array[0, 20].Sample(
        sequences =>
        {
            // Samples run side by side.
            string path = Path.Combine(_folder.Path, Guid.NewGuid().ToString());
            using (var writer = new TokenCorpusWriter(path, vocabulary))
            {
                foreach (int[] sequence in sequences) writer.Add(sequence, entity: sequence.Length);
                writer.Complete();
            }

            using TokenCorpus corpus = TokenCorpus.Open(path);
            Assert.Equal(sequences, Enumerable.Range(0, corpus.Count).Select(i => Read(corpus, i)));
            Assert.Equal(sequences.Select(sequence => sequence.Length), Enumerable.Range(0, corpus.Count).Select(corpus.Entity));
            Assert.Equal(sequences.Sum(sequence => (long)sequence.Length), corpus.TokenCount);
        },
        iter: 30);

    [Fact]
    public void Train_FromAFile_GivesTheWeightsOfArrays()
    {
        int[][] sequences = CountingTask.Sequences(50, length: 40, seed: 0);
        var builder = new TokenCorpusBuilder(CountingTask.Vocabulary, _folder.Path) { TokensInMemory = 100 };
        foreach (int[] sequence in sequences) builder.Add(sequence);
        using TokenCorpus file = builder.Build();
        using TokenCorpus arrays = TokenCorpus.FromSequences(sequences);

        Assert.IsType<MappedTokenCorpus>(file);
        Assert.Equal(Trained(arrays), Trained(file));
        if (!OperatingSystem.IsWindows()) Assert.Empty(Directory.GetFiles(_folder.Path));

        static float[] Trained(TokenCorpus corpus)
        {
            using CausalLanguageModel model = CountingTask.Model();
            new CausalLanguageModelTrainer(model, new TrainingOptions { Epochs = 1, ContextLength = 16, TokensPerBatch = 64 })
                .Train(corpus, cancellationToken: TestContext.Current.CancellationToken);
            return model.Parameters[1].data<float>().ToArray();
        }
    }

    [Fact]
    public void Builder_KeepsAFewTokensInMemory()
    {
        using var builder = new TokenCorpusBuilder(10);
        builder.Add([1, 2], entity: 7);
        using TokenCorpus corpus = builder.Build();
        Assert.IsType<ArrayTokenCorpus>(corpus);
        Assert.Equal((1, 2L, 7), (corpus.Count, corpus.TokenCount, corpus.Entity(0)));
    }

    [Fact]
    public void Writer_RefusesAnIdOutsideOfTheVocabulary()
    {
        using var writer = new TokenCorpusWriter(FilePath, 10);
        var error = Assert.Throws<ArgumentException>(() => writer.Add([3, 10]));
        Assert.Contains("token id 10", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Writer_NotCompleted_LeavesNothing()
    {
        using (var writer = new TokenCorpusWriter(FilePath, 10)) writer.Add([1]);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Open_OfADamagedFile_Throws()
    {
        using (var writer = new TokenCorpusWriter(FilePath, 10))
        {
            writer.Add([1, 2, 3]);
            writer.Complete();
        }

        byte[] bytes = File.ReadAllBytes(FilePath);
        foreach (int length in new[] { 0, 7, 31, 32, bytes.Length - 1 })
        {
            File.WriteAllBytes(FilePath, bytes[..length]);
            Assert.Throws<InvalidDataException>(() => TokenCorpus.Open(FilePath));
        }
    }

    private static int[] Read(TokenCorpus corpus, int sequence)
    {
        var ids = new int[corpus.Length(sequence)];
        corpus.CopyTo(sequence, 0, ids);
        return ids;
    }
}

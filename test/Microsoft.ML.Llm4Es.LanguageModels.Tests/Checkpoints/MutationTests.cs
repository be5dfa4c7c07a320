using System.Diagnostics;
using System.Text;
using CsCheck;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Damaged files give an error that says so, or a model; never a crash, a hang or memory without end: each attempt is held to a time and to what it allocates.</summary>
public sealed class MutationTests
{
    private const int Mutations = 3_000;

    /// <summary>Far more than the few kilobytes of these files need, far less than what their sizes could be changed to ask for.</summary>
    private const long MostAllocated = 32 << 20;

    /// <summary>A hang, not a slow machine.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public void Read_OfMutatedWeights_GivesAModelOrInvalidData()
    {
        using CausalLanguageModel model = TinyModel.Create();
        using MemoryStream stream = new();
        model.WriteWeights(stream);
        byte[] valid = stream.ToArray();
        int header = 8 + (int)BitConverter.ToInt64(valid);

        // Most mutations in the header: in the data they only change numbers.
        Gen<byte[]> mutated = Mutated(valid, Gen.Frequency((4, Gen.Int[0, header - 1]), (1, Gen.Int[0, valid.Length - 1])));

        mutated.Sample(bytes => AssertHandled(() => CausalLanguageModel.Read(TinyModel.Configuration, new MemoryStream(bytes)).Dispose()), iter: Mutations, threads: 1);
    }

    [Theory]
    [InlineData(64 << 20)]
    [InlineData(100_000_000)]
    public void Read_OfAStreamThatEndsInsideALongHeader_AllocatesWhatArrives(long length)
    {
        byte[] bytes = [.. BitConverter.GetBytes(length), .. new byte[200_000]];

        AssertHandled(() => Assert.Contains(
            "it ends inside its header",
            Assert.Throws<InvalidDataException>(() => CausalLanguageModel.Read(TinyModel.Configuration, new MemoryStream(bytes))).Message,
            StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_OfMutatedConfigurations_GivesAConfigurationOrInvalidData()
    {
        byte[] valid = Encoding.UTF8.GetBytes((TinyModel.Configuration with
        {
            Architecture = LanguageModelArchitecture.Qwen2,
            SlidingWindow = 5,
            SlidingLayers = [true, false],
            RotaryEmbedding = new() { Type = RotaryEmbeddingType.Yarn, Factor = 4, MScale = 0.7, MScaleAllDimensions = 0.3 },
        }).ToJson());

        Mutated(valid, Gen.Int[0, valid.Length - 1]).Sample(
            bytes => AssertHandled(() =>
            {
                LanguageModelConfiguration configuration = ConfigurationReader.Read(bytes, "config.json");
                Assert.All(RotaryFrequencies.For(configuration, 100).Frequencies, frequency => Assert.True(float.IsFinite(frequency)));
            }),
            iter: Mutations,
            threads: 1);
    }

    [Fact]
    public void LoadHuggingFace_OfMutatedFiles_GivesAModelOrInvalidData()
    {
        using TemporaryFolder folder = new();
        using (CausalLanguageModel model = TinyModel.Create()) model.SaveHuggingFace(folder.Path);
        string weights = Path.Combine(folder.Path, "model.safetensors");
        byte[] valid = File.ReadAllBytes(weights);
        int header = 8 + (int)BitConverter.ToInt64(valid);

        Mutated(valid, Gen.Frequency((4, Gen.Int[0, header - 1]), (1, Gen.Int[0, valid.Length - 1]))).Sample(
            bytes =>
            {
                File.WriteAllBytes(weights, bytes);
                AssertHandled(() => CausalLanguageModel.LoadHuggingFace(folder.Path, weights: ComputePrecision.BFloat16).Dispose());
            },
            iter: Mutations,
            threads: 1);
    }

    [Fact]
    public void LoadGguf_OfMutatedFiles_GivesAModelOrInvalidData()
    {
        byte[] valid = GgufTinyModel.Model().ToArray();
        using GgufTemporaryFile file = new(valid);
        int header;
        using (GgufFile gguf = GgufFile.Open(file.Path)) header = (int)gguf.Tensors.Values.Min(tensor => tensor.Offset);

        Mutated(valid, Gen.Frequency((4, Gen.Int[0, header - 1]), (1, Gen.Int[0, valid.Length - 1]))).Sample(
            bytes =>
            {
                file.Write(bytes);
                AssertHandled(() => CausalLanguageModel.LoadGguf(file.Path).Dispose());
            },
            iter: Mutations,
            threads: 1);
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void LoadHuggingFace_OfAMutatedIndex_GivesAModelOrInvalidData()
    {
        string good = ReferenceData.Require(ReferenceData.Reference, "models", "corrupted", "index-good");
        using TemporaryFolder folder = new();
        foreach (string file in Directory.GetFiles(good)) File.Copy(file, Path.Combine(folder.Path, Path.GetFileName(file)));
        string index = Path.Combine(folder.Path, "model.safetensors.index.json");
        byte[] valid = File.ReadAllBytes(index);

        Mutated(valid, Gen.Int[0, valid.Length - 1]).Sample(
            bytes =>
            {
                File.WriteAllBytes(index, bytes);
                AssertHandled(() => CausalLanguageModel.LoadHuggingFace(folder.Path).Dispose());
            },
            iter: 500,
            threads: 1);
    }

    /// <summary>One to four changes: a byte replaced, a bit turned, bytes cut out, doubled, or the end cut off.</summary>
    private static Gen<byte[]> Mutated(byte[] valid, Gen<int> position) =>
        Gen.Select(Gen.Int[0, 5], position, Gen.Byte, Gen.Int[1, 12]).Array[1, 4].Select(changes =>
        {
            List<byte> bytes = [.. valid];
            foreach ((int kind, int wanted, byte value, int length) in changes)
            {
                if (bytes.Count == 0) break;
                int at = Math.Min(wanted, bytes.Count - 1);
                int count = Math.Min(length, bytes.Count - at);
                switch (kind)
                {
                    case 0: bytes[at] = value; break;
                    case 1: bytes[at] ^= (byte)(1 << (value % 8)); break;
                    // Digits in the place of digits reach deepest: sizes, offsets, factors.
                    case 2: bytes[at] = (byte)('0' + (value % 10)); break;
                    case 3: bytes.RemoveRange(at, count); break;
                    case 4: bytes.InsertRange(at, bytes.GetRange(at, count)); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); break;
                }
            }

            return bytes.ToArray();
        });

    private static void AssertHandled(Action load)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();

        Exception? refusal = Record.Exception(load);

        if (refusal is not (null or InvalidDataException or FileNotFoundException)) Assert.Fail($"{refusal}");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostAllocated);
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, Longest);
    }
}

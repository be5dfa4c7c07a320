using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// One checkpoint file: 8 bytes that name the format; the length (32-bit, little-endian) of a JSON text and the text, fingerprint and state; weights and
/// optimizer as safetensors; the SHA-256 of all before.
/// </summary>
internal sealed class TrainingCheckpoint : IDisposable
{
    private const int HashLength = 32;

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly FileStream _file;
    private readonly long _tensorsStart;
    private readonly Content _content;

    private TrainingCheckpoint(FileStream file, Content content)
    {
        _file = file;
        _tensorsStart = file.Position;
        _content = content;
    }

    private static ReadOnlySpan<byte> Magic => "LLM4ECP1"u8;

    internal string Path => _file.Name;

    internal IReadOnlyDictionary<string, string> Fingerprint => _content.Fingerprint;

    internal TrainingState State => _content.State;

    /// <summary>Writes a checkpoint.</summary>
    internal static void Write(Stream stream, IReadOnlyDictionary<string, string> fingerprint, TrainingState state, IEnumerable<NamedTensor> tensors)
    {
        using var hashing = new HashingStream(stream);
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(new Content(new(fingerprint), state), Json);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        hashing.Write(Magic);
        hashing.Write(length);
        hashing.Write(content);
        SafetensorsWriter.Write(hashing, [.. tensors.Select(named => KeyValuePair.Create(named.Name, named.Tensor))]);
        stream.Write(hashing.Hash());
    }

    /// <summary>Opens a checkpoint after it has compared its hash.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or of another version.</exception>
    internal static TrainingCheckpoint Open(string path)
    {
        FileStream file = File.OpenRead(path);
        try
        {
            CheckHash(file);
            Span<byte> magic = stackalloc byte[Magic.Length];
            file.ReadExactly(magic);
            if (!magic.SequenceEqual(Magic)) throw new InvalidDataException($"{path} is no checkpoint that this version of the library reads.");

            Span<byte> length = stackalloc byte[4];
            file.ReadExactly(length);
            var content = new byte[BinaryPrimitives.ReadInt32LittleEndian(length)];
            file.ReadExactly(content);
            Content read = JsonSerializer.Deserialize<Content>(content, Json) ?? throw new InvalidDataException($"{path} has no state.");
            return new TrainingCheckpoint(file, read);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Copies tensors of the checkpoint into those of the same names and shapes.</summary>
    /// <exception cref="InvalidDataException">The checkpoint lacks one.</exception>
    internal void CopyTo(IEnumerable<NamedTensor> destinations)
    {
        Dictionary<string, Tensor> left = destinations.ToDictionary(named => named.Name, named => named.Tensor, StringComparer.Ordinal);
        ReadTensors((name, values) =>
        {
            if (left.Remove(name, out Tensor? destination)) destination.detach().copy_(values);
        });
        if (left.Count > 0) throw new InvalidDataException($"{Path} lacks {string.Join(", ", left.Keys.Take(5))}.");
    }

    /// <summary>Whether tensors have the values of the checkpoint, bit by bit.</summary>
    internal bool Equals(IEnumerable<NamedTensor> tensors)
    {
        Dictionary<string, Tensor> left = tensors.ToDictionary(named => named.Name, named => named.Tensor, StringComparer.Ordinal);
        bool isEqual = true;
        ReadTensors((name, values) =>
        {
            if (left.Remove(name, out Tensor? tensor)) isEqual &= values.equal(tensor.detach().cpu()).all().item<bool>();
        });
        return isEqual && left.Count == 0;
    }

    /// <summary>Reads one tensor after the other; it is freed after the call.</summary>
    private void ReadTensors(Action<string, Tensor> use)
    {
        using IDisposable noGradients = no_grad();
        _file.Position = _tensorsStart;
        var reader = new SafetensorsReader(_file, Path);
        foreach (StoredWeight stored in reader.Weights)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = empty([.. stored.Shape], ScalarType.Float32, CPU);
            reader.CopyTo(stored, values);
            use(stored.Name, values);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void CheckHash(FileStream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 20];
        long left = file.Length - HashLength;
        while (left > 0)
        {
            int read = file.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        Span<byte> expected = stackalloc byte[HashLength];
        bool isWhole = left == 0 && file.ReadAtLeast(expected, HashLength, throwOnEndOfStream: false) == HashLength;
        if (!isWhole || !hash.GetHashAndReset().AsSpan().SequenceEqual(expected))
            throw new InvalidDataException($"{file.Name} is damaged: its {file.Length} bytes do not have the checksum at their end.");

        file.Position = 0;
    }

    private sealed record Content(Dictionary<string, string> Fingerprint, TrainingState State);
}

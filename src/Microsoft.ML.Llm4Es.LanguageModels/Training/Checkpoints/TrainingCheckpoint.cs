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
    private readonly SafetensorsReader _tensors;
    private readonly Content _content;

    private TrainingCheckpoint(FileStream file, SafetensorsReader tensors, Content content)
    {
        _file = file;
        _tensors = tensors;
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
            return new TrainingCheckpoint(file, new SafetensorsReader(file, path), read);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    internal bool Holds(string name) => _tensors.Weights.Any(weight => weight.Name == name);

    /// <summary>Copies a tensor of the checkpoint into one of its shape.</summary>
    internal void CopyTo(NamedTensor named)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        StoredWeight stored = _tensors.Weights.FirstOrDefault(weight => weight.Name == named.Name)
            ?? throw new InvalidDataException($"{Path} lacks {named.Name}.");
        _tensors.CopyTo(stored, named.Tensor.detach());
    }

    /// <summary>Whether a tensor has the values of the checkpoint, bit by bit.</summary>
    internal bool Equals(NamedTensor named)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stored = empty(named.Tensor.shape, named.Tensor.dtype, CPU);
        CopyTo(named with { Tensor = stored });
        return stored.equal(named.Tensor.detach().cpu()).all().item<bool>();
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

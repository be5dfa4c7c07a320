using System.Numerics;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A GGUF file, the checkpoint format of llama.cpp and Ollama, versions 2 and 3, little-endian: metadata, then tensors
/// (specification: docs/gguf.md of github.com/ggml-org/ggml). Opening checks all that the header says against the file;
/// tensors are read when asked for, some mapped rows at a time, so that what is held beside the result does not grow with the file.
/// </summary>
internal sealed class GgufFile : IDisposable
{
    private const uint Magic = 0x46554747; // "GGUF"
    private const int MostDimensions = 4;
    private const int DefaultAlignment = 32;
    private const string AlignmentKey = "general.alignment";

    /// <summary>About as many bytes as one thread maps at a time.</summary>
    private const int ChunkBytes = 1 << 20;

    private readonly MappedFile _file;

    private GgufFile(MappedFile file)
    {
        _file = file;
        var reader = new GgufReader(file.Stream);
        int tensors = ReadPreamble(reader, out int pairs);
        Metadata = ReadMetadata(reader, pairs);
        Tensors = ReadTensors(reader, tensors);
    }

    /// <summary>The file.</summary>
    public string Path => _file.Path;

    /// <summary>The key/value pairs.</summary>
    public GgufMetadata Metadata { get; }

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, GgufTensor> Tensors { get; }

    /// <summary>Opens a file and reads its header.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no GGUF file, is damaged, or holds what cannot be read; the message says what and where.</exception>
    public static GgufFile Open(string path)
    {
        var file = new MappedFile(path);
        try
        {
            return NameInErrors(path, () => new GgufFile(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Says in an error which file, key or tensor it is about.</summary>
    public static T NameInErrors<T>(string name, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidDataException($"'{name}': {failure.Message}", failure);
        }
    }

    /// <summary>Reads the rows of a tensor, on all cores and in no particular order.</summary>
    /// <param name="tensor">One of <see cref="Tensors"/>.</param>
    /// <param name="read">Takes a row.</param>
    /// <exception cref="InvalidDataException">The file has become shorter since it was opened.</exception>
    public void ReadRows(GgufTensor tensor, GgufRowReader read)
    {
        long rowsPerChunk = Math.Max(1, ChunkBytes / tensor.RowBytes);
        long chunks = (tensor.Rows + rowsPerChunk - 1) / rowsPerChunk;
        try
        {
            Parallel.For(0, chunks, chunk => ReadRows(tensor, chunk * rowsPerChunk, Math.Min((chunk + 1) * rowsPerChunk, tensor.Rows), read));
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadRows(GgufTensor tensor, long firstRow, long endRow, GgufRowReader read)
    {
        int rowBytes = checked((int)tensor.RowBytes);
        int bytes = checked((int)(endRow - firstRow) * rowBytes);
        using MappedWindow window = _file.Map(tensor.Offset + (firstRow * rowBytes), bytes);
        for (long row = firstRow; row < endRow; row++)
        {
            read(window.Bytes.Slice((int)(row - firstRow) * rowBytes, rowBytes), row);
        }
    }

    private static int ReadPreamble(GgufReader reader, out int pairs)
    {
        uint magic = reader.Read<uint>();
        if (magic != Magic) throw new InvalidDataException($"the file starts with 0x{magic:X8}, not with \"GGUF\"; it is no GGUF file.");

        uint version = reader.Read<uint>();
        if (version is not (2 or 3))
            throw new InvalidDataException($"the GGUF version is {version}; 2 and 3, little-endian, are supported. Convert the model again with a current llama.cpp.");

        // A tensor takes at least its name's length, one dimension and its count, type and offset; a pair its key's length, its type and a byte.
        int tensors = reader.ReadCount(bytesEach: sizeof(ulong) + sizeof(uint) + sizeof(ulong) + sizeof(uint) + sizeof(ulong));
        pairs = reader.ReadCount(bytesEach: sizeof(ulong) + sizeof(uint) + 1);
        return tensors;
    }

    private static GgufMetadata ReadMetadata(GgufReader reader, int pairs)
    {
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        for (int i = 0; i < pairs; i++)
        {
            string key = reader.ReadString();
            if (!values.TryAdd(key, NameInErrors(key, reader.ReadValue))) throw new InvalidDataException($"the metadata key '{key}' is there twice.");
        }

        return new GgufMetadata(values);
    }

    private Dictionary<string, GgufTensor> ReadTensors(GgufReader reader, int count)
    {
        var tensors = new List<GgufTensor>();
        for (int i = 0; i < count; i++)
        {
            string name = reader.ReadString();
            tensors.Add(NameInErrors(name, () => ReadTensor(reader, name)));
        }

        int alignment = Metadata.Count(AlignmentKey) ?? DefaultAlignment;
        if (!BitOperations.IsPow2(alignment)) throw new InvalidDataException($"{AlignmentKey} is {alignment}; a power of 2 is expected.");

        long dataStart = (reader.Position + alignment - 1) / alignment * alignment;
        CheckPlaces(tensors, alignment, _file.Stream.Length - dataStart);
        var byName = new Dictionary<string, GgufTensor>(StringComparer.Ordinal);
        foreach (GgufTensor tensor in tensors)
        {
            if (!byName.TryAdd(tensor.Name, tensor with { Offset = dataStart + tensor.Offset }))
                throw new InvalidDataException($"the tensor '{tensor.Name}' is there twice.");
        }

        return byName;
    }

    /// <summary>Reads what follows a tensor's name; its offset counts from the start of the data.</summary>
    private static GgufTensor ReadTensor(GgufReader reader, string name)
    {
        uint dimensions = reader.Read<uint>();
        if (dimensions is 0 or > MostDimensions)
            throw new InvalidDataException($"it has {dimensions} dimensions; 1 to {MostDimensions} are expected.");

        long[] shape = new long[dimensions];
        UInt128 elements = 1;
        for (int i = shape.Length - 1; i >= 0; i--)
        {
            shape[i] = reader.Read<long>();
            if (shape[i] <= 0 || (elements *= (UInt128)shape[i]) > long.MaxValue / sizeof(double))
                throw new InvalidDataException($"a dimension is {shape[i]:N0}; the product of all must be positive and fit into 64 bits.");
        }

        GgufTensorType type = GgufTensorType.Find(reader.Read<uint>());
        if (shape[^1] % type.BlockElements != 0)
            throw new InvalidDataException($"its rows hold {shape[^1]:N0} numbers; {type.Name} needs a multiple of {type.BlockElements}.");

        ulong offset = reader.Read<ulong>();
        return offset <= long.MaxValue ? new GgufTensor(name, shape, type, (long)offset) : throw new InvalidDataException($"its offset is {offset:N0}.");
    }

    private static void CheckPlaces(List<GgufTensor> tensors, int alignment, long dataBytes)
    {
        GgufTensor? previous = null;
        foreach (GgufTensor tensor in tensors.OrderBy(tensor => tensor.Offset))
        {
            if (tensor.Offset % alignment != 0)
                throw new InvalidDataException($"the tensor '{tensor.Name}' starts at {tensor.Offset:N0} of the data, which is no multiple of the alignment, {alignment}.");

            if (tensor.Offset > dataBytes || tensor.Bytes > dataBytes - tensor.Offset)
            {
                throw new InvalidDataException(
                    $"the tensor '{tensor.Name}' takes {tensor.Bytes:N0} bytes from {tensor.Offset:N0} of the data on, "
                    + $"but the data has {Math.Max(0, dataBytes):N0} bytes; the file is cut short or damaged.");
            }

            if (previous is not null && tensor.Offset < previous.Offset + previous.Bytes)
                throw new InvalidDataException($"the tensors '{previous.Name}' and '{tensor.Name}' overlap.");

            previous = tensor;
        }
    }
}

/// <summary>Takes a row of a tensor.</summary>
/// <param name="stored">The row as it is stored: whole blocks.</param>
/// <param name="row">Its place among the rows.</param>
internal delegate void GgufRowReader(ReadOnlySpan<byte> stored, long row);

using System.Buffers;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A language model in a GGUF file, the format of llama.cpp and Ollama: its configuration, tokenizer and chat template,
/// and its weights by their Hugging Face names. Architectures: llama (which Mistral's models are too), qwen2, qwen3.
/// </summary>
public sealed class GgufCheckpoint : IWeightSource, IDisposable
{
    private const string ChatTemplateKey = "tokenizer.chat_template";

    private readonly GgufFile _file;
    private readonly Dictionary<string, GgufTensor> _tensors = new(StringComparer.Ordinal);

    private GgufCheckpoint(GgufFile file)
    {
        _file = file;
        Configuration = ConfigurationReader.Read(Encoding.UTF8.GetBytes(GgufConfiguration.ToJson(file)), "its metadata");
        foreach (GgufTensor tensor in file.Tensors.Values.Where(tensor => tensor.Name != GgufTensorNames.RotaryFactors).OrderBy(tensor => tensor.Offset))
        {
            if (!_tensors.TryAdd(GgufTensorNames.ToHuggingFace(tensor.Name), tensor))
                throw new InvalidDataException($"the tensor '{tensor.Name}' is there a second time under another name.");
        }
    }

    /// <summary>Gets the sizes and settings.</summary>
    public LanguageModelConfiguration Configuration { get; }

    /// <summary>Gets the chat template (Jinja); null where the file has none.</summary>
    /// <exception cref="InvalidDataException">The file has something else than a text in its place.</exception>
    public string? ChatTemplate => GgufFile.NameInErrors(_file.Path, () => _file.Metadata.Text(ChatTemplateKey));

    /// <summary>Gets the chat templates of the file by name; the one without a name is <c>default</c>.</summary>
    internal IReadOnlyDictionary<string, string> ChatTemplates => GgufFile.NameInErrors(
        _file.Path,
        () => _file.Metadata.Values.Keys
            .Where(key => key == ChatTemplateKey || key.StartsWith(ChatTemplateKey + ".", StringComparison.Ordinal))
            .ToDictionary(key => key == ChatTemplateKey ? ChatTemplateTexts.Default : key[(ChatTemplateKey.Length + 1)..], key => _file.Metadata.Text(key)!, StringComparer.Ordinal));

    /// <inheritdoc/>
    string IWeightSource.Name => _file.Path;

    /// <inheritdoc/>
    IReadOnlyList<StoredWeight> IWeightSource.Weights =>
        [.. _tensors.Select(tensor => new StoredWeight(tensor.Key, tensor.Value.Shape, IsFloatingPoint: true, $"{_file.Path}, {tensor.Value.Name}, {tensor.Value.Type.Name}"))];

    /// <summary>Opens a file and reads all but its weights.</summary>
    /// <param name="path">The .gguf file.</param>
    /// <returns>The checkpoint, to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or asks for something that is not supported; the message names it and says what.</exception>
    public static GgufCheckpoint Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        GgufFile file = GgufFile.Open(path);
        try
        {
            return GgufFile.NameInErrors(file.Path, () => new GgufCheckpoint(file));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    void IWeightSource.CopyTo(StoredWeight weight, Tensor destination)
    {
        using DisposeScope scope = NewDisposeScope();
        if (destination.device_type is DeviceType.CPU)
        {
            Read(weight.Name, destination);
            return;
        }

        Tensor values = empty(destination.shape, destination.dtype);
        Read(weight.Name, values);
        destination.copy_(values);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Loads the tokenizer: the tokenizer.json that lies beside the file where there is one, else what the metadata holds.</summary>
    /// <returns>The tokenizer.</returns>
    /// <exception cref="InvalidDataException">There is none, or it is damaged or of a kind that is not supported; the message says what.</exception>
    /// <exception cref="NotSupportedException">The tokenizer.json needs something that is not supported; the message names it.</exception>
    public LanguageModelTokenizer LoadTokenizer()
    {
        string beside = Path.Combine(Path.GetDirectoryName(_file.Path)!, "tokenizer.json");
        return File.Exists(beside)
            ? LanguageModelTokenizer.Load(beside)
            : GgufFile.NameInErrors(_file.Path, () => LanguageModelTokenizer.Parse(GgufTokenizer.ToJson(_file.Metadata)));
    }

    private unsafe void Read(string name, Tensor destination)
    {
        GgufTensor tensor = _tensors[name];
        Func<long, long> rowPlace = row => row;
        if (GgufConfiguration.RotatesNeighbours(_file.Metadata) && GgufTensorNames.IsRotated(name))
        {
            long headDimension = Configuration.HeadDimension;
            rowPlace = row => RowOfHalves(row, headDimension);

            // In a bias every number is a row.
            if (tensor.Shape.Count == 1) tensor = tensor with { Shape = [tensor.Shape[0], 1] };
        }

        int rowLength = checked((int)tensor.RowLength);

        // A span cannot be as long as a tensor: only its start is wanted.
        fixed (byte* first = destination.narrow(0, 0, 1).bytes)
        {
            nint start = (nint)first;
            _file.ReadRows(tensor, destination.dtype is ScalarType.Float32
                ? (stored, row) => tensor.Type.Dequantize(stored, new Span<float>((float*)start + (rowPlace(row) * rowLength), rowLength))
                : (stored, row) => Round(tensor.Type, stored, new Span<ushort>((ushort*)start + (rowPlace(row) * rowLength), rowLength)));
        }
    }

    private static void Round(GgufTensorType type, ReadOnlySpan<byte> stored, Span<ushort> rounded)
    {
        float[] values = ArrayPool<float>.Shared.Rent(rounded.Length);
        type.Dequantize(stored, values.AsSpan(0, rounded.Length));
        BFloat16Rounding.Round(values.AsSpan(0, rounded.Length), rounded);
        ArrayPool<float>.Shared.Return(values);
    }

    /// <summary>llama.cpp rotates neighbouring rows 2i and 2i + 1 of a head, transformers i and i + D/2: so that is where they belong.</summary>
    private static long RowOfHalves(long row, long headDimension)
    {
        long inHead = row % headDimension;
        return row - inHead + (inHead % 2 * (headDimension / 2)) + (inHead / 2);
    }
}

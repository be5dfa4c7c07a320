using System.Text.Json;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The weights of a Hugging Face folder: <c>model.safetensors</c>, or shards and <c>model.safetensors.index.json</c>.</summary>
internal sealed class SafetensorsFolder : IWeightSource, IDisposable
{
    internal const string FileName = "model.safetensors";
    internal const string IndexName = "model.safetensors.index.json";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private readonly List<MappedFile> _files = [];
    private readonly Dictionary<string, SafetensorsReader> _readerOf = new(StringComparer.Ordinal);

    /// <summary>Opens the files and compares them with the index.</summary>
    /// <exception cref="FileNotFoundException">There are no weights, or a shard is absent.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or index and shards disagree.</exception>
    internal SafetensorsFolder(string folder)
    {
        Name = folder;
        try
        {
            List<StoredWeight> weights = [];
            if (File.Exists(Path.Combine(folder, FileName))) weights.AddRange(Open(Path.Combine(folder, FileName)).Weights);
            else if (File.Exists(Path.Combine(folder, IndexName))) weights.AddRange(OpenShards(folder));
            else throw new FileNotFoundException($"Neither {FileName} nor {IndexName} in '{folder}'. Weights in other formats (pytorch_model.bin) are not read: convert them to safetensors.");
            Weights = weights;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<StoredWeight> Weights { get; }

    /// <inheritdoc/>
    public void CopyTo(StoredWeight weight, Tensor destination) => _readerOf[weight.Name].CopyTo(weight, destination);

    /// <summary>Closes the files.</summary>
    public void Dispose()
    {
        foreach (MappedFile file in _files) file.Dispose();
    }

    private SafetensorsReader Open(string path)
    {
        MappedFile file = new(path);
        _files.Add(file);
        SafetensorsReader reader = new(file);
        foreach (StoredWeight weight in reader.Weights)
        {
            if (!_readerOf.TryAdd(weight.Name, reader)) throw new InvalidDataException($"{path}: tensor {weight.Name} is in another shard as well.");
        }

        return reader;
    }

    private List<StoredWeight> OpenShards(string folder)
    {
        string indexPath = Path.Combine(folder, IndexName);
        Dictionary<string, string> shardOf = ReadIndex(indexPath);
        List<StoredWeight> weights = [];
        foreach (string shard in shardOf.Values.Distinct().Order(StringComparer.Ordinal))
        {
            string path = Path.Combine(folder, shard);
            if (!File.Exists(path)) throw new FileNotFoundException($"{indexPath} names {shard}, which is not there. Is the download complete?", path);
            SafetensorsReader reader = Open(path);
            if (reader.Weights.FirstOrDefault(weight => shardOf.GetValueOrDefault(weight.Name) != shard) is { } stray)
                throw new InvalidDataException($"{path} holds tensor {stray.Name}, which {IndexName} {(shardOf.TryGetValue(stray.Name, out string? other) ? $"has in {other}" : "does not name")}.");
            weights.AddRange(reader.Weights);
        }

        if (shardOf.Keys.FirstOrDefault(name => !_readerOf.ContainsKey(name)) is { } missing)
            throw new InvalidDataException($"{indexPath} names tensor {missing} in {shardOf[missing]}, which does not hold it.");
        return weights;
    }

    /// <summary>Reads which shard holds which tensor; shards lie beside the index.</summary>
    /// <exception cref="InvalidDataException">The index is damaged, or leads out of its folder.</exception>
    internal static Dictionary<string, string> ReadIndex(string path)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path), Strict);
            JsonObjectReader index = new(document.RootElement, path);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) throw index.Error($"a JSON object is expected, found {document.RootElement.ValueKind}.");
            JsonObjectReader map = index.Object("weight_map") ?? throw index.Error("weight_map is missing.");
            return map.Element.EnumerateObject().ToDictionary(
                entry => entry.Name,
                entry => ShardName(map, entry.Name),
                StringComparer.Ordinal);
        }
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"{path}: no valid JSON. {cause.Message}", cause);
        }
    }

    private static string ShardName(JsonObjectReader map, string tensor)
    {
        string shard = map.Text(tensor) ?? throw map.Error($"{tensor} is null; a file name is expected.");
        return Path.GetFileName(shard) == shard && shard is not ("" or "." or "..")
            ? shard
            : throw map.Error($"'{shard}' leads out of the folder; a file name is expected.");
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What determines the weights that a run ends with, as names and values: a checkpoint belongs to runs with the same ones.</summary>
internal static class RunFingerprint
{
    /// <summary>The entry of the weights that training starts from.</summary>
    internal const string InitialWeights = "the weights to start from";

    private const int ChunkLength = 1 << 22;
    private const int LongestValue = 200;

    private static readonly JsonSerializerOptions Json = new()
    {
        Converters = { new JsonStringEnumConverter() },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    internal static SortedDictionary<string, string> Of(TokenCorpus corpus, TrainingOptions options, CausalLanguageModel model)
    {
        SortedDictionary<string, string> entries = new(StringComparer.Ordinal)
        {
            ["the data"] = $"{corpus.Count} sequences, {corpus.TokenCount} tokens, SHA-256 {Hash(corpus)}",
            [InitialWeights] = $"SHA-256 {Hash(model.TrainableParameters.Select(named => named.Parameter))}",
            ["the frozen weights"] = $"SHA-256 {Hash(model.Parameters.Where(parameter => !parameter.requires_grad))}",
            ["the trainable weights"] = string.Join(", ", model.TrainableParameters.Select(named => $"{named.Name}[{string.Join(',', named.Parameter.shape)}]")),
        };
        Add(entries, nameof(TrainingOptions), JsonSerializer.SerializeToNode(options, Json));
        if (model.Adapter is { } adapter) Add(entries, nameof(LoraOptions), JsonSerializer.SerializeToNode(adapter.Options, Json));
        Add(entries, "model", JsonNode.Parse(model.Configuration.ToJson()));
        return entries;
    }

    /// <summary>Lists the names whose values differ, each with both values.</summary>
    internal static IReadOnlyList<(string Name, string Was, string Is)> Differences(IReadOnlyDictionary<string, string> was, IReadOnlyDictionary<string, string> now) =>
        [.. was.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Select(name => (name, was.GetValueOrDefault(name, "not set"), now.GetValueOrDefault(name, "not set")))
            .Where(entry => entry.Item2 != entry.Item3)];

    private static void Add(SortedDictionary<string, string> entries, string name, JsonNode? value)
    {
        if (value is JsonObject members)
        {
            foreach ((string member, JsonNode? of) in members) Add(entries, $"{name}.{member}", of);
            return;
        }

        string text = value?.ToJsonString() ?? "null";
        // Such as a weight for each of a million sequences.
        entries.Add(name, text.Length <= LongestValue ? text : $"SHA-256 {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}");
    }

    private static string Hash(TokenCorpus corpus)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> header = stackalloc byte[8];
        var ids = new int[1 << 16];
        for (int sequence = 0; sequence < corpus.Count; sequence++)
        {
            int length = corpus.Length(sequence);
            BinaryPrimitives.WriteInt32LittleEndian(header, length);
            BinaryPrimitives.WriteInt32LittleEndian(header[4..], corpus.Entity(sequence));
            hash.AppendData(header);
            for (int start = 0; start < length; start += ids.Length)
            {
                Span<int> chunk = ids.AsSpan(0, Math.Min(ids.Length, length - start));
                corpus.CopyTo(sequence, start, chunk);
                hash.AppendData(MemoryMarshal.AsBytes(chunk));
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(IEnumerable<Tensor> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor parameter in parameters)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor flat = parameter.detach().view(-1);
            for (long start = 0; start < flat.shape[0]; start += ChunkLength)
            {
                using DisposeScope chunkScope = NewDisposeScope();
                hash.AppendData(flat.narrow(0, start, Math.Min(ChunkLength, flat.shape[0] - start)).cpu().bytes);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

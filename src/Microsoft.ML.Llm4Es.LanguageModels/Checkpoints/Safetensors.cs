using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads and writes tensors in the safetensors format, through streams that need not seek.</summary>
internal static class Safetensors
{
    private const int ChunkElements = 1 << 20;

    /// <summary>Fills <paramref name="weights"/> (fp32, any device) with the stream's tensors of the same names. Strict: names and shapes must be the same.</summary>
    public static void ReadInto(Stream stream, IReadOnlyDictionary<string, Tensor> weights)
    {
        IReadOnlyList<SafetensorsEntry> entries = SafetensorsHeader.Read(stream);
        Check(entries, weights);
        using IDisposable noGradients = no_grad();
        foreach (SafetensorsEntry entry in entries)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = empty(entry.Shape, TypeOf(entry));
            ReadBytes(stream, values, entry);
            weights[entry.Name].copy_(values);
        }
    }

    public static void Write(Stream stream, IReadOnlyDictionary<string, Tensor> weights)
    {
        long at = 0;
        var entries = new List<SafetensorsEntry>();
        foreach ((string name, Tensor weight) in weights)
        {
            long bytes = weight.NumberOfElements * sizeof(float);
            entries.Add(new SafetensorsEntry(name, "F32", weight.shape, at, at + bytes));
            at += bytes;
        }

        stream.Write(SafetensorsHeader.Write(entries));
        using IDisposable noGradients = no_grad();
        foreach (Tensor weight in weights.Values)
        {
            using DisposeScope scope = NewDisposeScope();
            WriteBytes(stream, weight.to(ScalarType.Float32).cpu().contiguous());
        }
    }

    private static void Check(IReadOnlyList<SafetensorsEntry> entries, IReadOnlyDictionary<string, Tensor> weights)
    {
        HashSet<string> found = [.. entries.Select(entry => entry.Name)];
        string[] missing = [.. weights.Keys.Where(name => !found.Contains(name))];
        string[] unexpected = [.. found.Where(name => !weights.ContainsKey(name))];
        if (missing.Length > 0) throw new InvalidDataException($"Missing tensors: {string.Join(", ", missing)}.");
        if (unexpected.Length > 0) throw new InvalidDataException($"Unexpected tensors: {string.Join(", ", unexpected)}.");

        foreach (SafetensorsEntry entry in entries)
        {
            if (!entry.Shape.SequenceEqual(weights[entry.Name].shape))
            {
                throw new InvalidDataException(
                    $"The tensor '{entry.Name}' has shape [{string.Join(", ", entry.Shape)}]; the configuration asks for [{string.Join(", ", weights[entry.Name].shape)}].");
            }
        }
    }

    private static ScalarType TypeOf(SafetensorsEntry entry) => entry.Type switch
    {
        "F32" => ScalarType.Float32,
        "F16" => ScalarType.Float16,
        _ => ScalarType.BFloat16,
    };

    private static void ReadBytes(Stream stream, Tensor values, SafetensorsEntry entry)
    {
        try
        {
            foreach (Tensor chunk in Chunks(values)) stream.ReadExactly(chunk.bytes);
        }
        catch (EndOfStreamException failure)
        {
            throw new InvalidDataException($"The file is truncated: it ends within the tensor '{entry.Name}'.", failure);
        }
    }

    private static void WriteBytes(Stream stream, Tensor values)
    {
        foreach (Tensor chunk in Chunks(values)) stream.Write(chunk.bytes);
    }

    /// <summary>Views of consecutive elements, since a span cannot be as long as a tensor.</summary>
    private static IEnumerable<Tensor> Chunks(Tensor values)
    {
        Tensor flat = values.view(-1);
        long elements = flat.NumberOfElements;
        for (long at = 0; at < elements; at += ChunkElements)
            yield return flat.narrow(0, at, Math.Min(ChunkElements, elements - at));
    }
}

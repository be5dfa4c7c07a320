using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Adapters on disk, in peft's format.</summary>
internal static class LoraCheckpoint
{
    private const string WeightsFileName = "adapter_model.safetensors";

    internal static void Save(LoraAdapter adapter, string folder)
    {
        using StagedFiles files = new(folder);
        files.Write(WeightsFileName, adapter.WriteWeights);
        files.Write(PeftConfiguration.FileName, stream => stream.Write(Encoding.UTF8.GetBytes(adapter.ToJson())));
        files.Commit();
    }

    internal static LoraAdapter Load(LanguageModelConfiguration configuration, string folder, Device? device)
    {
        string settings = Path.Combine(folder, PeftConfiguration.FileName);
        string weights = Path.Combine(folder, WeightsFileName);
        foreach (string name in new[] { settings, weights })
        {
            if (!File.Exists(name))
                throw new FileNotFoundException($"{name} is not there; an adapter is a folder with {PeftConfiguration.FileName} and {WeightsFileName}. Adapters in another format (adapter_model.bin) are not read: save them with peft as safetensors.", name);
        }

        using MappedFile file = new(weights);
        return Read(configuration, File.ReadAllBytes(settings), settings, new SafetensorsReader(file), device);
    }

    internal static LoraAdapter Read(LanguageModelConfiguration configuration, ReadOnlyMemory<byte> json, string jsonSource, IWeightSource source, Device? device)
    {
        (LoraOptions options, string? baseModelName) = PeftConfiguration.Read(json, jsonSource);
        LoraAdapter adapter = LoraAdapter.Create(configuration, options, device);
        try
        {
            adapter.BaseModelName = baseModelName;
            Check(adapter.Parameters, source);
            Fill(adapter.Parameters, source);
            return adapter;
        }
        catch
        {
            adapter.Dispose();
            throw;
        }
    }

    private static void Check(IReadOnlyDictionary<string, Parameter> parameters, IWeightSource source)
    {
        Dictionary<string, StoredWeight> stored = source.Weights.ToDictionary(weight => weight.Name, StringComparer.Ordinal);
        if (parameters.Keys.FirstOrDefault(name => !stored.ContainsKey(name)) is { } missing)
            throw new InvalidDataException($"{source.Name}: {missing} is missing; {PeftConfiguration.FileName} and the model's shape ask for it. Does the adapter belong to this model?");
        if (stored.Keys.Where(name => !parameters.ContainsKey(name)).Take(5).ToArray() is { Length: > 0 } unexpected)
            throw new InvalidDataException($"{source.Name}: the model has no place for {string.Join(", ", unexpected)}. Ignoring it would change what the adapter computes. Does the adapter belong to this model?");
        foreach ((string name, Parameter parameter) in parameters)
        {
            StoredWeight weight = stored[name];
            if (!weight.IsFloatingPoint) throw new InvalidDataException($"{weight.Origin}: {name} holds integers; floating-point numbers are expected.");
            if (!weight.Shape.SequenceEqual(parameter.shape))
                throw new InvalidDataException($"{weight.Origin}: {name} has shape [{string.Join(", ", weight.Shape)}]; [{string.Join(", ", parameter.shape)}] is expected from {PeftConfiguration.FileName} and the model's shape.");
        }
    }

    private static void Fill(IReadOnlyDictionary<string, Parameter> parameters, IWeightSource source)
    {
        using IDisposable frozen = no_grad();
        foreach (StoredWeight weight in source.Weights)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor values = parameters[weight.Name].detach();
            source.CopyTo(weight, values);
            if (!values.isfinite().all().ToBoolean()) throw new InvalidDataException($"{weight.Origin}: {weight.Name} holds values that are not finite (NaN or infinity).");
        }
    }
}

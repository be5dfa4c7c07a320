using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A folder of reference/training that holds an adapter: as peft made it, and as it is after five steps.</summary>
internal sealed class LoraCase : IDisposable
{
    internal const string Initial = "initial";
    internal const string Trained = "adapter";

    private readonly DisposeScope _scope = torch.NewDisposeScope();

    internal LoraCase(string name)
    {
        Folder = ReferenceData.Require(ReferenceData.Reference, "training", name);
        string model = Json(Path.Combine(Trained, "adapter_config.json")).GetProperty("base_model_name_or_path").GetString()!;
        Model = CausalLanguageModel.LoadHuggingFace(ReferenceData.Require(ReferenceData.Reference, "models", model));
        Model.Precision = ComputePrecision.Float32;
        ExpectedTensors batches = Tensors("batches.safetensors");
        int count = batches.Names.Count(tensor => tensor.StartsWith("input_ids.", StringComparison.Ordinal));
        Batches = [.. Enumerable.Range(0, count).Select(i => TrainingCase.Rows(batches, $"input_ids.{i}", $"attention_mask.{i}"))];
    }

    /// <summary>The names of all cases, found by listing; one that will be skipped where there are none.</summary>
    public static TheoryData<string> Names => ReferenceData.Reference is not { } reference
        ? ["lora-qv"]
        : [.. Directory.GetDirectories(Path.Combine(reference, "training"))
            .Where(folder => Directory.Exists(Path.Combine(folder, Trained)))
            .Select(folder => Path.GetFileName(folder))];

    internal string Folder { get; }

    internal CausalLanguageModel Model { get; }

    /// <summary>The rows of each step's batch.</summary>
    internal int[][][] Batches { get; }

    internal LoraAdapter Attach(string state)
    {
        LoraAdapter adapter = LoraAdapter.Load(Model.Configuration, Path.Combine(Folder, state));
        adapter.Attach(Model);
        return adapter;
    }

    internal ExpectedTensors Tensors(string file) => new(Path.Combine(Folder, file));

    internal JsonElement Json(string file) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(Folder, file)));

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }
}

using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A folder of reference/training: a model, ten batches, and what torch and transformers make of them.</summary>
internal sealed class TrainingCase : IDisposable
{
    private readonly string _folder;

    internal TrainingCase(string name)
    {
        _folder = ReferenceData.Require(ReferenceData.Reference, "training", name);
        Model = CausalLanguageModel.LoadHuggingFace(ReferenceData.Require(ReferenceData.Reference, "models", name));
        Batches = [.. Enumerable.Range(0, 10).Select(i => Rows(Tensors("batches"), $"input_ids.{i}", $"attention_mask.{i}"))];
    }

    /// <summary>The names of all cases, found by listing; one that will be skipped where there are none.</summary>
    internal static IEnumerable<string> Names => ReferenceData.Reference is not { } reference
        ? ["llama-default"]
        : Directory.GetDirectories(Path.Combine(reference, "training"))
            .Where(folder => File.Exists(Path.Combine(folder, "adamw.json")))
            .Select(folder => Path.GetFileName(folder));

    internal CausalLanguageModel Model { get; }

    /// <summary>The rows of each step's batch.</summary>
    internal int[][][] Batches { get; }

    public void Dispose() => Model.Dispose();

    internal ExpectedTensors Tensors(string name) => new(Path.Combine(_folder, name + ".safetensors"));

    internal JsonElement Json(string name) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(_folder, name + ".json")));

    /// <summary>The rows of a padded tensor of ids, without the padding.</summary>
    internal static int[][] Rows(ExpectedTensors tensors, string ids, string mask)
    {
        int width = (int)tensors.Shape(ids)[1];
        return [.. tensors.Integers(ids).Zip(tensors.Integers(mask)).Chunk(width)
            .Select(row => row.Where(token => token.Second == 1).Select(token => (int)token.First).ToArray())];
    }

    /// <summary>One step over all rows; those in different parts are in different batches.</summary>
    internal static TrainingStep Step(int number, int[][] rows, int parts)
    {
        TrainingWindow[] windows = [.. TrainingWindow.Cut(TokenCorpus.FromSequences(rows), Enumerable.Range(0, rows.Length), int.MaxValue, random: null)];
        return new TrainingStep(number, Epoch: 1, [.. windows.Chunk(windows.Length / parts)], windows.Sum(window => window.Length));
    }

    internal static void AssertClose(Tensor expected, Tensor actual, double absolute, double relative, string what)
    {
        Assert.Equal(expected.shape, actual.shape);
        double excess = ((expected - actual).abs() - relative * expected.abs()).max().ToDouble();
        Assert.True(excess <= absolute, $"{what}: {excess:g3} away, {absolute:g3} allowed");
    }
}

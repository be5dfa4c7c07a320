using Microsoft.ML.Llm4Es.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A folder of reference/models: a tiny model, padded batches, and what transformers computes from them.</summary>
internal sealed class ReferenceModel : IDisposable
{
    /// <summary>The tolerances that the reference data suggests.</summary>
    internal const double Absolute = 3e-4;
    internal const double Relative = 1e-4;

    private readonly DisposeScope _scope = NewDisposeScope();

    internal ReferenceModel(string name, string expected = "expected.safetensors")
    {
        Folder = ReferenceData.Require(ReferenceData.Reference, "models", name);
        Expected = new ExpectedTensors(Path.Combine(Folder, expected));
        Model = CausalLanguageModel.LoadHuggingFace(Folder);
        Model.Precision = ComputePrecision.Float32;
    }

    /// <summary>The names of all cases, found by listing; one that will be skipped where there are none.</summary>
    public static TheoryData<string> Names => Having("expected.safetensors");

    /// <summary>The cases that are given with padding on the left as well.</summary>
    public static TheoryData<string> NamesPaddedLeft => Having("expected_left_padded.safetensors");

    internal string Folder { get; }

    internal ExpectedTensors Expected { get; }

    internal CausalLanguageModel Model { get; }

    /// <summary>Whether the rows of the batch depend on one another in transformers, which stretches dynamic NTK by the longest of them; here they never do.</summary>
    internal bool RowsDependOnBatch => Model.Configuration.RotaryEmbedding.Type is RotaryEmbeddingType.Dynamic;

    /// <summary>All rows without their padding.</summary>
    internal int[][] Rows => TrainingCase.Rows(Expected, "input_ids", "attention_mask");

    /// <summary>The rows whose values here should be those in transformers' batch: all, or the longest.</summary>
    internal int[] ComparableRows
    {
        get
        {
            int longest = Rows.Max(row => row.Length);
            return [.. Enumerable.Range(0, Rows.Length).Where(row => !RowsDependOnBatch || Rows[row].Length == longest)];
        }
    }

    /// <summary>The comparable rows as a batch.</summary>
    internal TokenBatch Batch() => new([.. ComparableRows.Select(row => (ReadOnlyMemory<int>)Rows[row])]);

    /// <summary>The values of the comparable rows, <c>[rows, ..]</c>.</summary>
    internal Tensor OfRows(string name) => Expected[name][tensor(ComparableRows.Select(row => (long)row).ToArray())];

    /// <summary>The values of the real tokens of <c>[batch, sequence, ..]</c>, comparable rows end to end, as the model gives them.</summary>
    internal Tensor OfTokens(string name)
    {
        Tensor mask = tensor(Expected.Integers("attention_mask")).to(ScalarType.Bool).reshape(Expected.Shape("attention_mask"));
        return OfRows(name)[mask[tensor(ComparableRows.Select(row => (long)row).ToArray())]];
    }

    public void Dispose()
    {
        Model.Dispose();
        _scope.Dispose();
    }

    private static TheoryData<string> Having(string file)
    {
        string? folder = ReferenceData.Reference is { } reference ? Path.Combine(reference, "models") : null;
        if (!Directory.Exists(folder)) return ["llama-default"];
        return [.. Directory.GetDirectories(folder).Where(at => File.Exists(Path.Combine(at, file))).Select(at => Path.GetFileName(at)).Order(StringComparer.Ordinal)];
    }
}

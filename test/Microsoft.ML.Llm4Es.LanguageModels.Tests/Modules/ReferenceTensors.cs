using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The tensors of a reference file, and comparison with them.</summary>
internal sealed class ReferenceTensors : IDisposable
{
    private readonly Dictionary<string, Tensor> _tensors = [];

    internal ReferenceTensors(string path)
    {
        TorchRuntime.EnsureLoaded();
        using FileStream file = File.OpenRead(path);
        SafetensorsReader reader = new(file, path, file.Length);
        foreach (StoredWeight stored in reader.Weights)
        {
            Tensor tensor = empty([.. stored.Shape], stored.IsFloatingPoint ? ScalarType.Float32 : ScalarType.Int64);
            reader.CopyTo(stored, tensor);
            _tensors.Add(stored.Name, tensor.DetachFromDisposeScope());
        }
    }

    internal IEnumerable<string> Names => _tensors.Keys;

    internal Tensor this[string name] => _tensors[name];

    internal Tensor? Find(string name) => _tensors.GetValueOrDefault(name);

    /// <summary>The rows of input_ids where attention_mask is 1, without padding on either side.</summary>
    internal TokenBatch Batch(string ids = "input_ids", string mask = "attention_mask") => new(Rows(ids, mask));

    internal IReadOnlyList<ReadOnlyMemory<int>> Rows(string ids = "input_ids", string mask = "attention_mask")
    {
        long width = this[ids].shape[1];
        long[] values = [.. this[ids].data<long>()];
        long[]? real = Find(mask) is { } given ? [.. given.data<long>()] : null;
        return [.. Enumerable.Range(0, (int)this[ids].shape[0]).Select(row => (ReadOnlyMemory<int>)Enumerable.Range(0, (int)width)
            .Select(column => (int)((row * width) + column))
            .Where(i => real is null || real[i] == 1)
            .Select(i => (int)values[i]).ToArray())];
    }

    /// <summary>Takes the real tokens of <c>[batch, sequence, ..]</c>, rows end to end.</summary>
    internal Tensor RealTokens(string name) =>
        Find("attention_mask") is { } mask ? this[name][mask.to(ScalarType.Bool)] : this[name].flatten(0, 1);

    /// <summary>Fails where two tensors differ by more than <paramref name="absolute"/> plus <paramref name="relative"/> of the expected value.</summary>
    internal static void AssertClose(Tensor expected, Tensor actual, double absolute, double relative, string what)
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.Equal(expected.shape, actual.shape);
        Tensor excess = (actual.detach().cpu().to(ScalarType.Float32) - expected).abs() - (expected.abs() * relative);
        float worst = excess.max().item<float>();
        Assert.True(worst <= absolute, $"{what} is {worst:g3} away beyond the relative tolerance of {relative:g3}; {absolute:g3} is allowed.");
    }

    public void Dispose()
    {
        foreach (Tensor tensor in _tensors.Values) tensor.Dispose();
    }
}

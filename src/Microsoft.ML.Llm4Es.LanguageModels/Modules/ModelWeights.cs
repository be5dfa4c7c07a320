using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>All weights of a model; their only owner.</summary>
internal sealed class ModelWeights : IDisposable
{
    private readonly Dictionary<string, MasterWeight> _weights = [];
    private readonly List<WeightLayout> _layouts = [];

    /// <summary>Allocates every parameter, with whatever the memory holds.</summary>
    /// <param name="configuration">The sizes.</param>
    /// <param name="device">Where to keep them.</param>
    /// <param name="type">Float32, or bfloat16 for weights that are not trained: an optimiser's small steps would be lost in its 8 bits.</param>
    internal ModelWeights(LanguageModelConfiguration configuration, Device device, ScalarType type = ScalarType.Float32)
    {
        Type = type;
        foreach (WeightLayout layout in WeightLayout.Of(configuration))
        {
            Tensor values = empty(layout.Shape, type, device).DetachFromDisposeScope();
            Parameter parameter = new(values, requires_grad: type == ScalarType.Float32);
            parameter.DetachFromDisposeScope();
            _weights.Add(layout.Name, new(parameter));
            _layouts.Add(layout);
        }

        Parameters = [.. _layouts.Select(layout => this[layout.Name].Parameter)];
    }

    /// <summary>Gets the type of the parameters.</summary>
    internal ScalarType Type { get; }

    /// <summary>Gets the parameters, in the order in which data flows.</summary>
    internal IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Gets how each of <see cref="Parameters"/> is laid out.</summary>
    internal IReadOnlyList<WeightLayout> Layouts => _layouts;

    internal MasterWeight this[string name] => _weights[name];

    internal Linear Linear(string name) => new(this[$"{name}.weight"], _weights.GetValueOrDefault($"{name}.bias"));

    /// <summary>Lists the parts of every parameter under their Hugging Face names, as views without gradient. They belong to the current dispose scope.</summary>
    internal IEnumerable<KeyValuePair<string, Tensor>> Views() => _layouts.SelectMany(layout => Parts(layout, this[layout.Name].Parameter.detach()));

    /// <summary>Cuts a tensor in the shape of a parameter (itself, or its gradient) into the parts that checkpoints name.</summary>
    internal static IEnumerable<KeyValuePair<string, Tensor>> Parts(WeightLayout layout, Tensor values)
    {
        long start = 0;
        foreach (WeightPart part in layout.Parts)
        {
            yield return new(part.Name, values.narrow(0, start, part.Rows));
            start += part.Rows;
        }
    }

    /// <summary>Frees the copies in other precisions.</summary>
    internal void DropCopies()
    {
        foreach (MasterWeight weight in _weights.Values) weight.DropCopy();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (MasterWeight weight in _weights.Values) weight.Dispose();
    }
}

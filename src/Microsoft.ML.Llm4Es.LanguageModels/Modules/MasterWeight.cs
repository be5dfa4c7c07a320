using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A weight as it is kept, and its copy in the precision that is computed in where that is another.</summary>
/// <remarks>
/// While gradients are recorded, the cast is part of the graph, so that the gradient arrives in 32 bit. Otherwise the copy is kept from call to call. It
/// is dropped when a gradient is recorded (an optimiser is about to change the weight) and when the weight has been written in place.
/// Any number of threads may read; nobody may change the weight meanwhile.
/// </remarks>
internal sealed class MasterWeight(Parameter parameter) : IDisposable
{
    private readonly Lock _lock = new();
    private Tensor? _copy;
    private long _copiedVersion;

    internal Parameter Parameter { get; } = parameter;

    /// <summary>Gets the weight as <paramref name="type"/>. The tensor belongs to this object, or to the current dispose scope where a gradient is recorded.</summary>
    internal Tensor As(ScalarType type)
    {
        if (type == Parameter.dtype) return Parameter;
        if (is_grad_enabled() && Parameter.requires_grad)
        {
            DropCopy();
            return Parameter.to(type);
        }

        lock (_lock)
        {
            long version = TorchScript.Version(Parameter);
            if (_copy is not null && _copiedVersion == version && _copy.dtype == type) return _copy;
            _copy?.Dispose();
            using IDisposable frozen = no_grad();
            _copy = Parameter.to(type).DetachFromDisposeScope();
            _copiedVersion = version;
            return _copy;
        }
    }

    /// <summary>Frees the copy; the next use makes a new one.</summary>
    internal void DropCopy()
    {
        lock (_lock)
        {
            _copy?.Dispose();
            _copy = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropCopy();
        Parameter.grad = null;
        Parameter.Dispose();
    }
}

using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A trainable fp32 tensor, and its copy in the compute type while nothing is being trained.</summary>
internal sealed class Weight : IDisposable
{
    private readonly Lock _lock = new();
    private Tensor? _cast;

    /// <summary>Takes over <paramref name="values"/> (fp32).</summary>
    public Weight(Tensor values)
    {
        Parameter = new Parameter(values);
        Parameter.DetachFromDisposeScope();
    }

    public Parameter Parameter { get; }

    /// <summary>
    /// The weight in <paramref name="type"/>. While gradients are recorded it is cast anew, so that they flow back to the fp32 weight, and belongs to the
    /// current dispose scope; otherwise it is cast once and belongs to this object.
    /// </summary>
    public Tensor As(ScalarType type)
    {
        if (type == ScalarType.Float32) return Parameter;
        if (is_grad_enabled()) return Parameter.to(type);

        lock (_lock)
        {
            if (_cast is null || _cast.dtype != type)
            {
                _cast?.Dispose();
                _cast = Parameter.to(type).DetachFromDisposeScope();
            }

            return _cast;
        }
    }

    /// <summary>To be called after the fp32 values have changed.</summary>
    public void Changed()
    {
        lock (_lock)
        {
            _cast?.Dispose();
            _cast = null;
        }
    }

    public void Dispose()
    {
        Changed();
        Parameter.Dispose();
    }
}

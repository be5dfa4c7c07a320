using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>AdamW (Loshchilov and Hutter, arXiv 1711.05101) with gradient clipping, in torch's fused kernel, which TorchSharp does not expose.</summary>
/// <remarks>
/// With gradient g, rate lr and step t from 1: m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g²; w *= 1 - lr·decay;
/// w -= lr · m / (1 - b1ᵗ) / (√(v / (1 - b2ᵗ)) + epsilon). Clipping: g *= min(1, clip / (norm + 1e-6)) over all parameters, as clip_grad_norm_.
/// </remarks>
internal sealed class AdamW : IDisposable
{
    private static readonly TorchScriptUnit Kernels = new("""
        def gradients(parameters: List[Tensor]) -> List[Tensor]:
          result: List[Tensor] = []
          for parameter in parameters:
            gradient = parameter.grad
            assert gradient is not None
            result.append(gradient)
          return result

        def gradient_norm(parameters: List[Tensor]) -> Tensor:
          return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients(parameters))))

        def step(parameters: List[Tensor], means: List[Tensor], squares: List[Tensor], count: Tensor, divisor: Optional[Tensor],
                 lr: float, beta1: float, beta2: float, decay: float, epsilon: float):
          count.add_(1)
          counts = [count for parameter in parameters]
          maxima: List[Tensor] = []
          torch._fused_adamw_(parameters, gradients(parameters), means, squares, maxima, counts, lr=lr, beta1=beta1, beta2=beta2,
                              weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False, grad_scale=divisor)

        """);

    private readonly TrainingOptions _options;
    private readonly Tensor[] _parameters;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Tensor _count;

    internal AdamW(IEnumerable<Tensor> parameters, TrainingOptions options)
    {
        _options = options;
        _parameters = [.. parameters];
        _means = Array.ConvertAll(_parameters, ZerosLike);
        _squares = Array.ConvertAll(_parameters, ZerosLike);
        _count = zeros([], ScalarType.Float32, _parameters[0].device).DetachFromDisposeScope();
    }

    /// <summary>Gets the running means of the gradients, one for each parameter.</summary>
    internal IReadOnlyList<Tensor> Means => _means;

    /// <summary>Gets the running means of the squared gradients, one for each parameter.</summary>
    internal IReadOnlyList<Tensor> Squares => _squares;

    /// <summary>Gets the number of steps made, float32 <c>[]</c>.</summary>
    internal Tensor Count => _count;

    public void Dispose()
    {
        ClearGradients();
        foreach (Tensor mean in _means) mean.Dispose();
        foreach (Tensor square in _squares) square.Dispose();
        _count.Dispose();
    }

    /// <summary>The L2 norm of the gradient over all parameters.</summary>
    internal double GradientNorm()
    {
        using var norm = (Tensor)Kernels.Invoke("gradient_norm", [_parameters])!;
        return norm.ToDouble();
    }

    /// <summary>Updates the parameters by their gradients, which are clipped if <paramref name="gradientNorm"/> is above the limit, and forgets the gradients.</summary>
    internal void Step(double learningRate, double gradientNorm)
    {
        using var noGradient = no_grad();

        // The kernel divides the gradient as it reads it, so clipping takes no pass over memory of its own.
        double divisor = (gradientNorm + 1e-6) / _options.MaxGradientNorm;
        using Tensor? clip = divisor > 1 ? tensor((float)divisor, device: _count.device) : null;
        Kernels.Invoke(
            "step", _parameters, _means, _squares, _count, clip!,
            learningRate, _options.AdamBeta1, _options.AdamBeta2, _options.WeightDecay, _options.AdamEpsilon);
        ClearGradients();
    }

    /// <summary>Forgets the gradients of all parameters and frees their memory.</summary>
    internal void ClearGradients()
    {
        foreach (Tensor parameter in _parameters)
        {
            using Tensor? gradient = parameter.grad;
            if (gradient is not null) parameter.grad = null;
        }
    }

    private static Tensor ZerosLike(Tensor parameter)
    {
        using var noGradient = no_grad();
        return zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
    }
}

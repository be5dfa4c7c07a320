using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The trained matrices of one adapted projection: its weight <c>[out, in]</c> changes by scale · B A.</summary>
/// <param name="Name">The Hugging Face name of the projection, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
/// <param name="A">float32 <c>[rank, in]</c>.</param>
/// <param name="B">float32 <c>[out, rank]</c>.</param>
internal sealed record LowRankFactors(string Name, Parameter A, Parameter B) : IDisposable
{
    // peft wraps the model twice: PeftModel.base_model is a LoraModel, whose model is the language model.
    private const string PeftPrefix = "base_model.model.";

    /// <summary>Gets the matrices under peft's names.</summary>
    internal IEnumerable<NamedParameter> Parameters =>
        [new($"{PeftPrefix}{Name}.lora_A.weight", A), new($"{PeftPrefix}{Name}.lora_B.weight", B)];

    /// <summary>Makes the matrices as peft does: A uniform within ±1/√in, which is kaiming_uniform with a = √5; B 0, so that nothing changes yet.</summary>
    internal static LowRankFactors Create(string name, long outputs, long inputs, LoraOptions options, Generator generator, Device device)
    {
        using IDisposable frozen = no_grad();
        double bound = 1 / Math.Sqrt(inputs);
        // Drawn on the CPU, so that a seed gives the same adapter on any device.
        Tensor a = empty([options.Rank, inputs], ScalarType.Float32, CPU).uniform_(-bound, bound, generator).to(device);
        Tensor b = zeros([outputs, options.Rank], ScalarType.Float32, device);
        return new(name, Trained(a), Trained(b));
    }

    /// <summary>Computes scale · B A, float32 <c>[out, in]</c>.</summary>
    internal Tensor Product(double scale) => B.mm(A) * scale;

    /// <summary>Frees the matrices.</summary>
    public void Dispose()
    {
        foreach (Parameter parameter in new[] { A, B })
        {
            parameter.grad = null;
            parameter.Dispose();
        }
    }

    private static Parameter Trained(Tensor values)
    {
        Parameter parameter = new(values.DetachFromDisposeScope(), requires_grad: true);
        parameter.DetachFromDisposeScope();
        return parameter;
    }
}

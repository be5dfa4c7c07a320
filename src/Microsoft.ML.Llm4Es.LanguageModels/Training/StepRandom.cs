using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Seeds libtorch's random numbers, which dropout draws, anew at each step, so that a run that goes on at a step draws what it would have drawn. Restores the generator at the end.</summary>
internal sealed class StepRandom(int seed) : IDisposable
{
    private readonly Tensor _before = random.get_rng_state().DetachFromDisposeScope();

    internal void Begin(int step) => random.manual_seed(((long)seed << 32) ^ step);

    public void Dispose()
    {
        random.set_rng_state(_before);
        _before.Dispose();
    }
}

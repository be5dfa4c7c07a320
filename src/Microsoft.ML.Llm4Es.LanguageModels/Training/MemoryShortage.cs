using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Tells libtorch's lack of memory from its other errors, and says what to do about it.</summary>
internal static class MemoryShortage
{
    // The words of libtorch's CPU allocator on Linux and on Windows, and of its CUDA allocator.
    private static readonly string[] Signs = ["can't allocate memory", "not enough memory", "out of memory"];

    internal static bool IsCause(Exception exception) =>
        exception is OutOfMemoryException and not InsufficientMemoryException
        || (exception is ExternalException && Signs.Any(sign => exception.Message.Contains(sign, StringComparison.OrdinalIgnoreCase)));

    internal static InsufficientMemoryException Explain(Exception cause, string during, TrainingOptions options, CausalLanguageModel model)
    {
        string recompute = options.RecomputeActivations ? "" : $", or set {nameof(TrainingOptions.RecomputeActivations)}, which trades a third more time for it";
        return new InsufficientMemoryException(
            $"Out of memory during {during}: {FirstLine(cause.Message)} A batch of up to {options.TokensPerBatch:N0} tokens was on its way through {model.Configuration.HiddenLayers} layers. "
            + $"Lower {nameof(TrainingOptions.TokensPerBatch)} (and raise {nameof(TrainingOptions.GradientAccumulation)} to keep the step), "
            + $"then {nameof(TrainingOptions.ContextLength)} ({options.ContextLength:N0}){recompute}. "
            + $"Weights, gradients and optimizer take 16 bytes a trainable weight, {model.TrainableParameters.Sum(named => named.Parameter.numel()) * 16 / 1e6:N0} MB, whatever the batch.",
            cause);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();
}

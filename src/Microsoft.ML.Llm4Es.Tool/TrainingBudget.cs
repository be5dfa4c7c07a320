using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>How many tokens a model is tuned on, as <c>--tokens</c> says, and how many at once.</summary>
internal static class TrainingBudget
{
    /// <summary>Lets the budget end training, whatever the epochs, so that fewer or more texts change nothing; null leaves the recipe's own.</summary>
    public static void Set(FineTuneLlmEmbedderOptions options, long? tokens)
    {
        if (tokens is not null) options.Training = options.DefaultTraining with { MaxTokens = tokens, Epochs = int.MaxValue };
    }

    /// <summary>Divides a step into batches of so many tokens, which memory depends on; null leaves the recipe's own.</summary>
    public static void SetBatch(FineTuneLlmEmbedderOptions options, int? tokens)
    {
        if (tokens is not { } batch) return;
        TrainingOptions training = options.Training ?? options.DefaultTraining;
        options.Training = training with
        {
            TokensPerBatch = batch,
            ContextLength = Math.Min(training.ContextLength, batch),
            GradientAccumulation = training.GradientAccumulation * Math.Max(1, training.TokensPerBatch / batch),
        };
    }
}

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>How many tokens a model is tuned on, as <c>--tokens</c> says.</summary>
internal static class TrainingBudget
{
    /// <summary>Lets the budget end training, whatever the epochs, so that fewer or more texts change nothing; null leaves the recipe's own.</summary>
    public static void Set(FineTuneLlmEmbedderOptions options, long? tokens)
    {
        if (tokens is not null) options.Training = options.DefaultTraining with { MaxTokens = tokens, Epochs = int.MaxValue };
    }
}

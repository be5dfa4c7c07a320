namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Why a generated text ended.</summary>
public enum FinishReason
{
    /// <summary>The model chose a token that ends a text: one of <see cref="GenerationOptions.StopTokenIds"/>.</summary>
    StopToken,

    /// <summary>The text came to one of <see cref="GenerationOptions.StopStrings"/>.</summary>
    StopString,

    /// <summary>It reached <see cref="GenerationOptions.MaxNewTokens"/> or <see cref="GenerationOptions.ContextLength"/>.</summary>
    Length,
}

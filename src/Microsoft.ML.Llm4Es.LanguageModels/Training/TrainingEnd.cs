namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Why training ended.</summary>
public enum TrainingEnd
{
    /// <summary>All steps were made.</summary>
    Completed,

    /// <summary>The validation loss no longer fell: <see cref="ValidationOptions.Patience"/>.</summary>
    EarlyStopping,

    /// <summary>Somebody canceled it: <see cref="OnCancellation.ReturnModel"/>.</summary>
    Canceled,
}

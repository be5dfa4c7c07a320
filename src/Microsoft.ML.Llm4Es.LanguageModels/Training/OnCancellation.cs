namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What training does when it is canceled. With a checkpoint folder it writes a checkpoint first, either way.</summary>
public enum OnCancellation
{
    /// <summary>Throws <see cref="OperationCanceledException"/>; the model keeps the weights of the last finished step.</summary>
    Throw,

    /// <summary>Returns what was done: a model that can be used, with the best weights if there were validation losses, else those of the last finished step.</summary>
    ReturnModel,
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What a label is, and so how its predictions are judged.</summary>
public enum LabelKind
{
    /// <summary>One of at most 100 classes: ROC-AUC for two, accuracy for more.</summary>
    Class,

    /// <summary>A number, such as an amount or an age: R².</summary>
    Number,
}

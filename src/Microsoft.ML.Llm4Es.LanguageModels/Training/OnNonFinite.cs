namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What training does at a step whose loss or gradient is infinite or not a number.</summary>
public enum OnNonFinite
{
    /// <summary>Throws <see cref="NotFiniteNumberException"/> with the step, the sequences and the remedy; the model keeps the weights of the step before.</summary>
    Stop,

    /// <summary>Leaves the step out and counts it, but stops after <see cref="TrainingOptions.MaxSkippedInARow"/> of them in a row.</summary>
    Skip,
}

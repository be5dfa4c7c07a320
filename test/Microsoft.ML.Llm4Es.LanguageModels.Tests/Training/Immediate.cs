namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Hears of a step at once, on the thread that trains.</summary>
internal sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => report(value);
}

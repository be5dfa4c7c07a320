namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How the learning rate moves after its warm-up, in which it rises in a straight line from 0 to the largest rate.</summary>
/// <remarks>The formulas are those of <c>get_cosine_schedule_with_warmup</c> and its siblings in Hugging Face transformers.</remarks>
public enum LearningRateSchedule
{
    /// <summary>Falls to 0 along half a cosine wave.</summary>
    Cosine,

    /// <summary>Falls to 0 in a straight line.</summary>
    Linear,

    /// <summary>Stays at the largest rate.</summary>
    Constant,
}

/// <summary>Computes the factors of a <see cref="LearningRateSchedule"/>.</summary>
internal static class LearningRateFactors
{
    /// <summary>The share of the largest learning rate that the given step uses; steps count from 0.</summary>
    internal static double Factor(this LearningRateSchedule schedule, int step, int warmupSteps, int totalSteps)
    {
        if (step < warmupSteps) return (double)step / warmupSteps;

        double decaySteps = Math.Max(1, totalSteps - warmupSteps);
        double progress = (step - warmupSteps) / decaySteps;
        return schedule switch
        {
            LearningRateSchedule.Cosine => (1 + Math.Cos(Math.PI * progress)) / 2,
            LearningRateSchedule.Linear => Math.Max(0, 1 - progress),
            LearningRateSchedule.Constant => 1,
            _ => throw new ArgumentOutOfRangeException(nameof(schedule), schedule, "not a learning-rate schedule"),
        };
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where the validation losses stand.</summary>
/// <param name="BestStep">The step of the lowest loss; 0 before the first measurement.</param>
/// <param name="BestLoss">The lowest loss, in nats; null before the first measurement.</param>
/// <param name="Checks">The number of measurements since.</param>
internal sealed record EarlyStopping(int BestStep, double? BestLoss, int Checks)
{
    internal static EarlyStopping Start { get; } = new(0, null, 0);

    /// <summary>Takes a measurement in. A loss that is not a number is no improvement.</summary>
    internal EarlyStopping After(int step, double loss, ValidationOptions options)
    {
        bool improves = double.IsFinite(loss) && (BestLoss is not { } best || (loss < best && best - loss >= options.MinimumImprovement));
        return improves ? new EarlyStopping(step, loss, 0) : this with { Checks = Checks + 1 };
    }

    internal bool Stops(ValidationOptions options) => Checks >= options.Patience;
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Holds some of the data out of training, measures the loss on it, and keeps the weights that did best.</summary>
/// <remarks>
/// Whole entities are held out, before windows are cut, so that no part of a sequence, and no other view of its entity, is trained on. When training ends,
/// the model gets the weights of the lowest validation loss; they take 4 bytes a trainable weight of main memory until then.
/// </remarks>
public sealed record ValidationOptions
{
    /// <summary>Gets the share of entities that are held out, drawn by <see cref="TrainingOptions.Seed"/>. Above 0 and below 1; 0.05 by default. One at least is held out, and one trained on.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not between 0 and 1.</exception>
    public double Share
    {
        get;
        init => field = value is > 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(Share), value, $"{nameof(Share)} must be above 0 and below 1.");
    } = 0.05;

    /// <summary>Gets after how many steps the loss is measured. At least 1; <see langword="null"/>, at the end of each epoch, by default. It is always measured after the last step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? EverySteps
    {
        get;
        init
        {
            if (value is { } steps) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps, nameof(EverySteps));
            field = value;
        }
    }

    /// <summary>Gets after how many measurements without improvement training stops. At least 1; <see langword="null"/>, never, by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? Patience
    {
        get;
        init
        {
            if (value is { } checks) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(checks, nameof(Patience));
            field = value;
        }
    }

    /// <summary>Gets by how much, in nats, the loss has to fall below the lowest one to be an improvement. At least 0, the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not a number.</exception>
    public double MinimumImprovement
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(MinimumImprovement), value, $"{nameof(MinimumImprovement)} must be at least 0.");
    }
}

namespace Microsoft.ML.Llm4Es;

/// <summary>What of the language model is tuned.</summary>
public sealed class Tuning
{
    private Tuning(bool trains) => Trains = trains;

    /// <summary>Gets a tuning that leaves the model as it is. A model from scratch then keeps its random weights: a control, not a method.</summary>
    public static Tuning None { get; } = new(false);

    internal bool Trains { get; }

    /// <summary>Tunes all weights, as the paper does.</summary>
    /// <returns>The tuning.</returns>
    public static Tuning Full() => new(true);
}

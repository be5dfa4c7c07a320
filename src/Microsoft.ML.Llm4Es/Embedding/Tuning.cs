using System.Globalization;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>What of the language model is tuned.</summary>
public abstract class Tuning
{
    private protected Tuning()
    {
    }

    /// <summary>Gets a tuning that leaves the model as it is. A model from scratch then keeps its random weights: a control, not a method.</summary>
    public static Tuning None { get; } = new NoTuning();

    /// <summary>Gets whether anything is tuned.</summary>
    internal virtual bool Trains => true;

    /// <summary>Gets whether the model's own weights are tuned, and not an adapter beside them.</summary>
    internal virtual bool ChangesWeights => true;

    /// <summary>Tunes all weights, as the paper does.</summary>
    /// <returns>The tuning.</returns>
    public static Tuning Full() => new FullTuning();

    /// <summary>
    /// Tunes small matrices beside the weights (LoRA, Hu et al., arXiv 2106.09685), which are added to the weights in the end: embedding takes no longer.
    /// Optimizer and gradients take a few percent of the memory that full tuning needs for them.
    /// </summary>
    /// <param name="rank">The rank of the matrices. At least 1.</param>
    /// <param name="alpha">Scales what the matrices add, by alpha / rank. Above 0.</param>
    /// <param name="dropout">The share of their inputs that is zeroed while training. From 0 to below 1.</param>
    /// <param name="targetModules">The projections that get matrices: some of <see cref="LoraOptions.Modules"/>; null for all.</param>
    /// <returns>The tuning.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="ArgumentException">There is no such module.</exception>
    public static Tuning Lora(int rank = 16, double alpha = 32, double dropout = 0.05, IReadOnlyList<string>? targetModules = null) =>
        Lora(new LoraOptions { Rank = rank, Alpha = alpha, Dropout = dropout, TargetModules = targetModules ?? LoraOptions.Modules });

    /// <summary>Tunes a low-rank adapter with all of its settings.</summary>
    /// <param name="options">The settings. Its seed gives way to the estimator's.</param>
    /// <returns>The tuning.</returns>
    public static Tuning Lora(LoraOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new LoraTuning(options);
    }

    /// <summary>
    /// Tunes the last decoder layers, the final norm, and the output head where it is not the embedding; the layers below and the embedding stay. A step
    /// takes less time and memory, since nothing is kept or computed backwards for what stays.
    /// </summary>
    /// <param name="count">The number of layers. At least 1, and no more than the model has, which is checked when the model is opened.</param>
    /// <returns>The tuning.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static Tuning LastLayers(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new LastLayersTuning(count);
    }

    /// <summary>Reads a tuning as the command line writes it: <c>full</c>, <c>lora</c>, <c>lora:RANK</c>, <c>last:LAYERS</c> or <c>none</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The tuning; <see cref="ToString"/> gives the text back.</returns>
    /// <exception cref="ArgumentException">There is no such tuning.</exception>
    public static Tuning Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        string[] parts = text.Split(':');
        int number = 0;
        bool numbered = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out number) && number > 0;
        return (parts[0], parts.Length) switch
        {
            ("full", 1) => Full(),
            ("none", 1) => None,
            ("lora", 1) => Lora(),
            ("lora", 2) when numbered => Lora(number),
            ("last", 2) when numbered => LastLayers(number),
            _ => throw new ArgumentException($"There is no tuning '{text}'; there are full, lora, lora:RANK, last:LAYERS and none, such as lora:8 or last:2.", nameof(text)),
        };
    }

    /// <summary>Gets the text that <see cref="Parse"/> reads; of LoRA, it tells the rank alone.</summary>
    /// <returns>The text.</returns>
    public abstract override string ToString();

    /// <summary>Adapts the training settings that are good for tuning all weights, where the user names none.</summary>
    internal virtual TrainingOptions Defaults(TrainingOptions full) => full;

    /// <summary>Freezes what is not tuned.</summary>
    /// <returns>The adapter that is tuned in place of the weights, attached to the model; the caller owns it. Null where weights are tuned.</returns>
    internal abstract LoraAdapter? Prepare(CausalLanguageModel model, int seed);

    private sealed class NoTuning : Tuning
    {
        internal override bool Trains => false;

        internal override bool ChangesWeights => false;

        public override string ToString() => "none";

        internal override LoraAdapter? Prepare(CausalLanguageModel model, int seed) => null;
    }

    private sealed class FullTuning : Tuning
    {
        public override string ToString() => "full";

        internal override LoraAdapter? Prepare(CausalLanguageModel model, int seed) => null;
    }

    private sealed class LoraTuning(LoraOptions options) : Tuning
    {
        /// <summary>The best rate of LoRA is about ten times that of full tuning, whatever the model and the rank (Schulman et al., LoRA Without Regret, 2025).</summary>
        private const double RateOverFullTuning = 10;

        internal override bool ChangesWeights => false;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"lora:{options.Rank}");

        internal override TrainingOptions Defaults(TrainingOptions full) => full with { LearningRate = RateOverFullTuning * full.LearningRate };

        internal override LoraAdapter Prepare(CausalLanguageModel model, int seed)
        {
            LoraAdapter adapter = LoraAdapter.Create(model.Configuration, options with { Seed = seed }, model.Device);
            adapter.Attach(model);
            return adapter;
        }
    }

    private sealed class LastLayersTuning(int count) : Tuning
    {
        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"last:{count}");

        internal override LoraAdapter? Prepare(CausalLanguageModel model, int seed)
        {
            model.TrainLastLayers(count);
            return null;
        }
    }
}

using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Settings of next-token training with <see cref="CausalLanguageModelTrainer"/>.</summary>
/// <remarks>
/// The defaults of the optimizer are those with which LLM4ES (arXiv 2508.05688) tunes pretrained models of 1 to 3 billion weights.
/// A small model that starts from random weights learns with a <see cref="LearningRate"/> near 1e-3 and a <see cref="WeightDecay"/> near 0.1.
/// Training goes on from a checkpoint only with the settings that it was made with, but for those that are left out of JSON: they do not change the weights.
/// </remarks>
public sealed record TrainingOptions
{
    /// <summary>Gets how often each sequence is trained on. At least 1; 2 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epochs { get; init => field = AtLeastOne(value); } = 2;

    /// <summary>Gets the number of tokens after which training ends, though epochs remain. At least 1; <see langword="null"/>, no limit, by default.</summary>
    /// <remarks>The step that reaches the number is finished. The learning rate falls to its end at that step.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long? MaxTokens { get; init => field = value is null ? null : AtLeastOne(value.Value); }

    /// <summary>Gets the most tokens that run through the model at once; they, and the size of the model, determine the memory that training takes. At least 1; 8192 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int TokensPerBatch { get; init => field = AtLeastOne(value); } = 8192;

    /// <summary>Gets how many batches make one optimizer step. At least 1, the default.</summary>
    /// <remarks>The loss of a step is the mean over all of its targets, whichever batch they are in, so it is as if all were one batch.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int GradientAccumulation { get; init => field = AtLeastOne(value); } = 1;

    /// <summary>Gets the most tokens of one sequence that the model sees together. At least 1; 512 by default.</summary>
    /// <remarks>Longer sequences are cut in windows. The first is of random length, so that the cuts lie elsewhere in each epoch. Each token is a target once an epoch.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int ContextLength { get; init => field = AtLeastOne(value); } = 512;

    /// <summary>Gets the largest learning rate. Above 0; 1e-5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number above 0.</exception>
    public double LearningRate { get; init => field = Within(value, double.Epsilon, double.MaxValue, "above 0"); } = 1e-5;

    /// <summary>Gets how the learning rate moves after the warm-up. <see cref="LearningRateSchedule.Cosine"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public LearningRateSchedule Schedule { get; init => field = Defined(value); } = LearningRateSchedule.Cosine;

    /// <summary>Gets the share of all steps in which the learning rate rises from 0, unless <see cref="WarmupSteps"/> is set. From 0 to 1; 0.05 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to 1.</exception>
    public double WarmupFraction { get; init => field = Within(value, 0, 1, "from 0 to 1"); } = 0.05;

    /// <summary>Gets the number of steps in which the learning rate rises from 0. At least 0; <see langword="null"/>, <see cref="WarmupFraction"/> decides, by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0.</exception>
    public int? WarmupSteps { get; init => field = value is null ? null : (int)Within(value.Value, 0, int.MaxValue, "at least 0"); }

    /// <summary>Gets AdamW's decay rate of the mean of gradients. From 0 to below 1; 0.9 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double AdamBeta1 { get; init => field = Within(value, 0, Math.BitDecrement(1.0), "from 0 to below 1"); } = 0.9;

    /// <summary>Gets AdamW's decay rate of the mean of squared gradients. From 0 to below 1; 0.95 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double AdamBeta2 { get; init => field = Within(value, 0, Math.BitDecrement(1.0), "from 0 to below 1"); } = 0.95;

    /// <summary>Gets what AdamW adds to the root of the mean squared gradient before it divides by it. Above 0; 1e-5 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number above 0.</exception>
    public double AdamEpsilon { get; init => field = Within(value, double.Epsilon, double.MaxValue, "above 0"); } = 1e-5;

    /// <summary>Gets the share of a weight, times the learning rate, that each step takes away from it (decoupled: it does not pass through the gradient). At least 0; 1e-6 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number of at least 0.</exception>
    public double WeightDecay { get; init => field = Within(value, 0, double.MaxValue, "at least 0"); } = 1e-6;

    /// <summary>Gets the largest L2 norm of the gradient over all weights; a longer one is scaled down to it. Above 0, infinity to never clip; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0.</exception>
    public double MaxGradientNorm { get; init => field = Within(value, double.Epsilon, double.PositiveInfinity, "above 0"); } = 1;

    /// <summary>Gets how often an epoch trains on each sequence, on average; <see langword="null"/>, once each, by default.</summary>
    /// <remarks>With 2 an epoch trains on a sequence twice, with 0.5 every second epoch does, on average: it is drawn anew for each epoch, by <see cref="Seed"/>.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">A weight is not above 0, or above 1,000,000.</exception>
    public IReadOnlyList<double>? SequenceWeights
    {
        get;
        init
        {
            foreach (double weight in value ?? []) Within(weight, double.Epsilon, 1_000_000, "above 0, up to 1,000,000");
            field = value;
        }
    }

    /// <summary>Gets the seed of the order of batches and of the cuts of long sequences. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Gets the precision in which the model computes while it trains; weights, optimizer and loss stay in fp32. <see cref="ComputePrecision.Auto"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ComputePrecision Precision { get; init => field = Defined(value); } = ComputePrecision.Auto;

    /// <summary>Gets what is held out of training to measure the loss on, and when training stops early. <see langword="null"/>, nothing, by default.</summary>
    public ValidationOptions? Validation { get; init; }

    /// <summary>Gets where and when the state of training is saved, to go on from there. <see langword="null"/>, nowhere, by default.</summary>
    [JsonIgnore]
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Gets what happens on cancellation. <see cref="OnCancellation.Throw"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    [JsonIgnore]
    public OnCancellation OnCancellation { get; init => field = Defined(value); }

    /// <summary>Gets what happens at a step whose loss or gradient is not finite. <see cref="OnNonFinite.Stop"/> by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    [JsonIgnore]
    public OnNonFinite OnNonFinite { get; init => field = Defined(value); }

    /// <summary>Gets how many steps <see cref="OnNonFinite.Skip"/> may leave out one after the other before training stops all the same. At least 1; 10 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    [JsonIgnore]
    public int MaxSkippedInARow { get; init => field = AtLeastOne(value); } = 10;

    /// <summary>Gets whether a layer's intermediate results are computed anew in the backward pass instead of being kept: less memory for about a third more time. <see langword="false"/> by default.</summary>
    [JsonIgnore]
    public bool RecomputeActivations { get; init; }

    /// <summary>Gets the folder for TensorBoard's event files, made where it does not exist: <c>tensorboard --logdir FOLDER</c> draws them. <see langword="null"/>, none, by default.</summary>
    [JsonIgnore]
    public string? TensorBoardFolder { get; init; }

    /// <summary>Gets who is told, in a line, of what a person should know: from where training went on, a damaged checkpoint, a step that was left out. <see langword="null"/>, nobody, by default.</summary>
    [JsonIgnore]
    public Action<string>? Log { get; init; }

    private static int AtLeastOne(int value, [CallerMemberName] string name = "") =>
        (int)Within(value, 1, int.MaxValue, "at least 1", name);

    private static long AtLeastOne(long value, [CallerMemberName] string name = "") =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be at least 1.");

    // NaN fails both comparisons, so it is refused everywhere.
    private static double Within(double value, double lowest, double highest, string range, [CallerMemberName] string name = "") =>
        value >= lowest && value <= highest ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");

    private static T Defined<T>(T value, [CallerMemberName] string name = "")
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be one of {string.Join(", ", Enum.GetNames<T>())}.");
}

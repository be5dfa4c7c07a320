using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Settings of a low-rank adapter (LoRA, Hu et al., arXiv 2106.09685).</summary>
public sealed record LoraOptions
{
    /// <summary>Stands for all of <see cref="Modules"/>, as in peft.</summary>
    public const string AllLinear = "all-linear";

    private readonly IReadOnlyList<string> _targetModules = Modules;

    /// <summary>Gets the names of the projections that an adapter can change, as peft has them: those of the attention, then those of the feed-forward part.</summary>
    public static IReadOnlyList<string> Modules { get; } = ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"];

    /// <summary>Gets the rank r: a projection <c>[out, in]</c> gets r · (out + in) trained weights. At least 1; 16 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Rank { get; init => field = (int)Within(value, 1, int.MaxValue, "at least 1"); } = 16;

    /// <summary>Gets alpha, which scales the adapter's output: see <see cref="Scale"/>. Above 0; 32 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a number above 0.</exception>
    public double Alpha { get; init => field = Within(value, double.Epsilon, double.MaxValue, "above 0"); } = 32;

    /// <summary>Gets the share of the adapter's inputs that is zeroed while training, the others being scaled up to make good for it. From 0 to below 1; 0.05 by default.</summary>
    /// <remarks>
    /// Training is where gradients are recorded; under <c>torch.no_grad()</c> nothing is zeroed. Which inputs are zeroed follows from <see cref="Seed"/>, the
    /// step and the batch alone. Projections that read the same input (q, k and v; gate and up) share what is zeroed, whereas peft draws for each.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double Dropout { get; init => field = Within(value, 0, Math.BitDecrement(1.0), "from 0 to below 1"); } = 0.05;

    /// <summary>Gets which projections are adapted, in every layer: some of <see cref="Modules"/>, or <see cref="AllLinear"/>. Reads back in the order of <see cref="Modules"/>. Default: all.</summary>
    /// <remarks>To adapt all of them is what it takes to reach full tuning (Dettmers et al., QLoRA, arXiv 2305.14314, section 4).</remarks>
    /// <exception cref="ArgumentException">There is no name, or one that is not known.</exception>
    public IReadOnlyList<string> TargetModules
    {
        get => _targetModules;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            string expected = $"Expected some of {string.Join(", ", Modules)}, or {AllLinear}.";
            if (value.Count == 0) throw new ArgumentException($"No module is named, so there would be nothing to train. {expected}", nameof(TargetModules));
            foreach (string name in value)
            {
                if (name != AllLinear && !Modules.Contains(name)) throw new ArgumentException($"There is no module '{name}' to adapt. {expected}", nameof(TargetModules));
            }

            _targetModules = value.Contains(AllLinear) ? Modules : [.. Modules.Where(value.Contains)];
        }
    }

    /// <summary>Gets whether the scale falls with the root of the rank, which keeps high ranks learning (rank-stabilised LoRA, Kalajdzievski, arXiv 2312.03732). Default: no.</summary>
    public bool UseRsLora { get; init; }

    /// <summary>Gets the seed of the initial weights and of dropout. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Gets the factor of the adapter's output: <see cref="Alpha"/> / <see cref="Rank"/>, or <see cref="Alpha"/> / √<see cref="Rank"/> with <see cref="UseRsLora"/>.</summary>
    public double Scale => Alpha / (UseRsLora ? Math.Sqrt(Rank) : Rank);

    // NaN fails both comparisons, so it is refused everywhere.
    private static double Within(double value, double lowest, double highest, string range, [CallerMemberName] string name = "") =>
        value >= lowest && value <= highest ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
}

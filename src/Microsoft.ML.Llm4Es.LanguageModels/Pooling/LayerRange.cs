namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The hidden states that are averaged, from the first to the last, both included. They are counted as transformers counts them: 0 are the embeddings,
/// i those after layer i; the last are those after the final norm.
/// </summary>
public readonly record struct LayerRange
{
    /// <summary>Hidden states 9 of the paper's model of 28 layers.</summary>
    private const double PaperDepth = 9.0 / 28;

    private readonly double? _firstDepth;

    /// <summary>Chooses hidden states by number.</summary>
    /// <param name="first">The first; 0 are the embeddings.</param>
    /// <param name="last">The last; <see langword="null"/> for the model's last.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or <paramref name="last"/> comes before <paramref name="first"/>.</exception>
    public LayerRange(int first, int? last = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        if (last is { } end) ArgumentOutOfRangeException.ThrowIfLessThan(end, first, nameof(last));
        First = first;
        Last = last;
    }

    private LayerRange(double firstDepth) => _firstDepth = firstDepth;

    /// <summary>
    /// Gets the upper two thirds: from round(9/28 · layers) on, at least 1, which for the paper's LLaMA-3.2-3B of 28 layers are hidden states 9 and up
    /// (LLM4ES, arXiv 2508.05688). The default.
    /// </summary>
    public static LayerRange UpperTwoThirds => default;

    /// <summary>Gets the token embeddings alone: hidden states 0, which know of each token and of no other.</summary>
    public static LayerRange TokenEmbeddings => new(0, 0);

    /// <summary>Gets the hidden states after the final norm alone.</summary>
    public static LayerRange LastOnly => FromDepth(1);

    /// <summary>Gets the first hidden states by number; <see langword="null"/> where it follows from the model's depth.</summary>
    public int? First { get; }

    /// <summary>Gets the last hidden states by number; <see langword="null"/> for the model's last.</summary>
    public int? Last { get; }

    /// <summary>Chooses the hidden states above a part of the model's depth: from round(depth · layers) on, at least 1.</summary>
    /// <param name="depth">From 0 (all but the embeddings) to 1 (the last alone).</param>
    /// <returns>The range.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is outside 0 to 1.</exception>
    public static LayerRange FromDepth(double depth) =>
        depth is >= 0 and <= 1 ? new(depth) : throw new ArgumentOutOfRangeException(nameof(depth), depth, "Expected 0 to 1.");

    /// <summary>Gets the range in numbers for a model.</summary>
    /// <param name="hiddenLayers">How many layers the model has.</param>
    /// <returns>The first and the last hidden states.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than the range asks for.</exception>
    public (int First, int Last) Resolve(int hiddenLayers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hiddenLayers, 1);
        int first = First ?? Math.Max(1, (int)Math.Round((_firstDepth ?? PaperDepth) * hiddenLayers));
        int last = Last ?? hiddenLayers;
        return first <= last && last <= hiddenLayers
            ? (first, last)
            : throw new ArgumentOutOfRangeException(nameof(hiddenLayers), hiddenLayers, $"Hidden states {first} to {last} were asked for; this model has 0 to {hiddenLayers}.");
    }
}

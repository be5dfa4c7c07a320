namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The hidden states that are averaged, from <see cref="First"/> to <see cref="Last"/>, both included. They are counted as transformers counts them: 0 are
/// the embeddings, i those after layer i; the last are those after the final norm.
/// </summary>
public readonly record struct LayerRange
{
    private readonly int? _first;
    private readonly int? _last;

    /// <summary>Chooses hidden states by number.</summary>
    /// <param name="first">The first; 0 are the embeddings.</param>
    /// <param name="last">The last; null for the model's last.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, or <paramref name="last"/> comes before <paramref name="first"/>.</exception>
    public LayerRange(int first, int? last = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        if (last is { } end) ArgumentOutOfRangeException.ThrowIfLessThan(end, first, nameof(last));
        _first = first;
        _last = last;
    }

    /// <summary>
    /// Gets the upper two thirds: from round(9/28 · layers) on, at least 1, which for the paper's LLaMA-3.2-3B of 28 layers are hidden states 9 and up
    /// (LLM4ES, arXiv 2508.05688). The default.
    /// </summary>
    public static LayerRange UpperTwoThirds => default;

    /// <summary>Gets the hidden states after the final norm alone.</summary>
    public static LayerRange LastOnly => new(int.MaxValue);

    /// <summary>Gets the first hidden states by number; null where it follows from the model's depth.</summary>
    public int? First => _first;

    /// <summary>Gets the last hidden states by number; null for the model's last.</summary>
    public int? Last => _last;

    /// <summary>The range in numbers for a model.</summary>
    /// <param name="hiddenLayers">How many layers the model has.</param>
    /// <returns>The first and the last hidden states.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than the range asks for.</exception>
    public (int First, int Last) Resolve(int hiddenLayers)
    {
        int last = _last ?? hiddenLayers;
        int first = _first switch
        {
            null => Math.Max(1, (int)Math.Round(9.0 / 28 * hiddenLayers)),
            int.MaxValue => hiddenLayers,
            { } number => number,
        };
        return first <= last && last <= hiddenLayers
            ? (first, last)
            : throw new ArgumentOutOfRangeException(nameof(hiddenLayers), hiddenLayers, $"Hidden states {first} to {last} were asked for; this model has 0 to {hiddenLayers}.");
    }
}

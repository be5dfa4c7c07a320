using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The hidden states that are averaged, from the first to the last, both included. They are counted as transformers counts them: 0 are the embeddings,
/// i those after layer i; the last are those after the final norm.
/// </summary>
public readonly record struct LayerRange
{
    /// <summary>Hidden states 9 of the paper's model of 28 layers.</summary>
    private const double PaperDepth = 9.0 / 28;

    private const string Upper = "upper";
    private const string LastName = "last";
    internal const string DepthName = "depth:";

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

    /// <summary>Reads a range as <see cref="ToString"/> writes it: <c>upper</c> (two thirds), <c>last</c>, <c>depth:0.5</c> (above that part), <c>3</c>, <c>2-5</c>, or <c>2-</c> (to the last).</summary>
    /// <param name="text">The text.</param>
    /// <returns>The range.</returns>
    /// <exception cref="ArgumentException">The text is none of these.</exception>
    public static LayerRange Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        if (text == Upper) return UpperTwoThirds;
        if (text == LastName) return LastOnly;
        if (text.StartsWith(DepthName, StringComparison.Ordinal) && double.TryParse(text.AsSpan(DepthName.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out double depth) && depth is >= 0 and <= 1)
            return FromDepth(depth);

        string[] ends = text.Split('-');
        int last = 0;
        bool toLast = ends is [_, ""];
        if (ends.Length <= 2 && IsNumber(ends[0], out int first) && (toLast || (IsNumber(ends[^1], out last) && first <= last))) return new LayerRange(first, toLast ? null : last);
        throw new ArgumentException($"'{text}' is no range of layers. Expected upper, last, depth:0.5, a number such as 3, a range such as 2-5, or 2- for all from there.", nameof(text));
    }

    /// <summary>Gets the text that <see cref="Parse"/> reads.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => (_firstDepth, First, Last) switch
    {
        (1.0, _, _) => LastName,
        ({ } depth, _, _) => string.Create(CultureInfo.InvariantCulture, $"{DepthName}{depth}"),
        (_, null, _) => Upper,
        (_, { } first, null) => string.Create(CultureInfo.InvariantCulture, $"{first}-"),
        (_, { } first, { } last) => first == last ? string.Create(CultureInfo.InvariantCulture, $"{first}") : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}"),
    };

    private static bool IsNumber(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A part of a vector: hidden states averaged over a range of layers, then pooled over tokens. As long as the model's hidden size.</summary>
/// <param name="Layers">The range of layers. Default: <see cref="LayerRange.UpperTwoThirds"/>, the paper's.</param>
/// <param name="Tokens">How tokens are pooled. Default: their mean, the paper's.</param>
public readonly record struct PooledPart(LayerRange Layers, TokenPooling Tokens = TokenPooling.Mean)
{
    private const char Separator = ':';

    /// <summary>Gets the way of pooling as names and texts have it, such as <c>eventMean</c>.</summary>
    internal string Way => JsonNamingPolicy.CamelCase.ConvertName(Tokens.ToString());

    /// <summary>
    /// Reads a part as <see cref="ToString"/> writes it: a range of layers as in <see cref="LayerRange.Parse"/>, then a colon and the way of pooling, such as
    /// <c>0:sublinearMean</c>; <c>upper</c> alone is <c>upper:mean</c>.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>The part.</returns>
    /// <exception cref="ArgumentException">The text is none.</exception>
    public static PooledPart Parse(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        // A depth has a colon of its own.
        int separator = text.IndexOf(Separator, text.StartsWith(LayerRange.DepthName, StringComparison.Ordinal) ? LayerRange.DepthName.Length : 0);
        if (separator < 0) return new PooledPart(LayerRange.Parse(text));

        string way = text[(separator + 1)..];
        var part = new PooledPart(LayerRange.Parse(text[..separator]));
        foreach (TokenPooling tokens in Enum.GetValues<TokenPooling>())
            if ((part with { Tokens = tokens }).Way == way) return part with { Tokens = tokens };
        throw new ArgumentException($"'{way}' is no way of pooling tokens. Expected: {Ways}.", nameof(text));
    }

    /// <summary>Gets the text that <see cref="Parse"/> reads.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{Layers}{Separator}{Way}";

    internal static string Ways => string.Join(", ", Enum.GetValues<TokenPooling>().Select(tokens => new PooledPart(default, tokens).Way));
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What <see cref="HiddenStatePooling"/> makes of hidden states: each way of pooling tokens on each range of layers, one after the other in one vector.</summary>
public sealed record PoolingOptions
{
    /// <summary>Gets the ranges of layers; the hidden states of a range are averaged. Default: <see cref="LayerRange.UpperTwoThirds"/>, the paper's.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public IReadOnlyList<LayerRange> Layers { get; init => field = NotEmpty(value); } = [LayerRange.UpperTwoThirds];

    /// <summary>Gets how tokens are pooled. Default: their mean, the paper's.</summary>
    /// <exception cref="ArgumentException">There are none, or one is not defined.</exception>
    public IReadOnlyList<TokenPooling> Tokens { get; init => field = Defined(NotEmpty(value)); } = [TokenPooling.Mean];

    /// <summary>Pools one range of layers in one way.</summary>
    /// <param name="layers">The range.</param>
    /// <param name="tokens">The way.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is not defined.</exception>
    public static PoolingOptions Of(LayerRange layers, TokenPooling tokens = TokenPooling.Mean) => new() { Layers = [layers], Tokens = [tokens] };

    /// <summary>Gets the length of the vectors that a model gives: its hidden size times the number of ranges times the number of ways.</summary>
    /// <param name="configuration">The model's configuration.</param>
    /// <returns>The number of values.</returns>
    public int Length(LanguageModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Layers.Count * Tokens.Count * configuration.HiddenSize;
    }

    /// <summary>Gets a name for each value of the vectors, such as <c>mean.h9-28.0</c>: the way of pooling, the hidden states, the number of the value.</summary>
    /// <param name="configuration">The model's configuration.</param>
    /// <returns>As many names as <see cref="Length"/>, all different but for parts that are the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than a range asks for.</exception>
    public IReadOnlyList<string> Names(LanguageModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return [.. Layers.SelectMany(layers => Tokens.SelectMany(tokens => PartNames(configuration, layers, tokens)))];
    }

    private static IEnumerable<string> PartNames(LanguageModelConfiguration configuration, LayerRange layers, TokenPooling tokens)
    {
        (int first, int last) = layers.Resolve(configuration.HiddenLayers);
        string range = first == last ? $"h{first}" : $"h{first}-{last}";
        string way = char.ToLowerInvariant(tokens.ToString()[0]) + tokens.ToString()[1..];
        return Enumerable.Range(0, configuration.HiddenSize).Select(i => $"{way}.{range}.{i}");
    }

    private static IReadOnlyList<T> NotEmpty<T>(IReadOnlyList<T> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return values.Count > 0 ? [.. values] : throw new ArgumentException("Expected one or more.", nameof(values));
    }

    private static IReadOnlyList<TokenPooling> Defined(IReadOnlyList<TokenPooling> values)
    {
        foreach (TokenPooling value in values)
            if (!Enum.IsDefined(value)) throw new ArgumentException($"{value} is no way of pooling tokens. Expected: {string.Join(", ", Enum.GetNames<TokenPooling>())}.", nameof(values));
        return values;
    }
}

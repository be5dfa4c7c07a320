namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What <see cref="HiddenStatePooling"/> makes of hidden states: parts, one after the other in one vector.</summary>
public sealed record PoolingOptions
{
    /// <summary>Gets the parts. Default: the mean of <see cref="LayerRange.UpperTwoThirds"/> alone, the paper's.</summary>
    /// <exception cref="ArgumentException">There are none, or a way of pooling is not defined.</exception>
    public IReadOnlyList<PooledPart> Parts { get; init => field = Checked(value); } = [default];

    /// <summary>Pools one range of layers in one way.</summary>
    /// <param name="layers">The range.</param>
    /// <param name="tokens">The way.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException"><paramref name="tokens"/> is not defined.</exception>
    public static PoolingOptions Of(LayerRange layers, TokenPooling tokens = TokenPooling.Mean) => new() { Parts = [new(layers, tokens)] };

    /// <summary>Pools each range of layers in each way: all ways of the first range, then all of the next.</summary>
    /// <param name="layers">The ranges.</param>
    /// <param name="tokens">The ways.</param>
    /// <returns>The options.</returns>
    /// <exception cref="ArgumentException">There are no ranges or no ways, or a way is not defined.</exception>
    public static PoolingOptions AllOf(IEnumerable<LayerRange> layers, IEnumerable<TokenPooling> tokens)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(tokens);
        return new() { Parts = [.. layers.SelectMany(range => tokens.Select(way => new PooledPart(range, way)))] };
    }

    /// <summary>Gets the length of the vectors that a model gives: its hidden size times the number of parts.</summary>
    /// <param name="configuration">The model's configuration.</param>
    /// <returns>The number of values.</returns>
    public int Length(LanguageModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Parts.Count * configuration.HiddenSize;
    }

    /// <summary>Gets a name for each value of the vectors, such as <c>mean.h9-28.0</c>: the way of pooling, the hidden states, the number of the value.</summary>
    /// <param name="configuration">The model's configuration.</param>
    /// <returns>As many names as <see cref="Length"/>, all different but for parts that are the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The model has fewer layers than a range asks for.</exception>
    public IReadOnlyList<string> Names(LanguageModelConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return [.. Parts.SelectMany(part => PartNames(configuration, part))];
    }

    private static IEnumerable<string> PartNames(LanguageModelConfiguration configuration, PooledPart part)
    {
        (int first, int last) = part.Layers.Resolve(configuration.HiddenLayers);
        string range = first == last ? $"h{first}" : $"h{first}-{last}";
        return Enumerable.Range(0, configuration.HiddenSize).Select(i => $"{part.Way}.{range}.{i}");
    }

    private static PooledPart[] Checked(IReadOnlyList<PooledPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        if (parts.Count == 0) throw new ArgumentException("Expected one or more parts, each a range of layers and a way of pooling tokens.", nameof(parts));
        foreach (PooledPart part in parts)
            if (!Enum.IsDefined(part.Tokens)) throw new ArgumentException($"{part.Tokens} is no way of pooling tokens. Expected: {PooledPart.Ways}.", nameof(parts));
        return [.. parts];
    }
}

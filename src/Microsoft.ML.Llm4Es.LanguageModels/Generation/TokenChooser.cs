namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Chooses the tokens of one row.</summary>
internal sealed class TokenChooser
{
    private readonly SamplingOptions? _sampling;
    private readonly double _repetitionPenalty;
    private readonly HashSet<int> _previous = [];
    private readonly RandomStream? _random;

    /// <param name="options">How tokens are chosen.</param>
    /// <param name="row">The row's place in the call.</param>
    internal TokenChooser(GenerationOptions options, int row)
    {
        _sampling = options.Sampling;
        _repetitionPenalty = options.RepetitionPenalty;
        if (_sampling is not null) _random = new(_sampling.Seed ?? Random.Shared.NextInt64(), row);
    }

    /// <summary>Gets whether the token with the largest logit is always the choice, so that nobody needs to look at the others.</summary>
    internal bool TakesLargest => _sampling is null && _repetitionPenalty == 1;

    /// <summary>Takes note of tokens of the row.</summary>
    internal void Observe(IEnumerable<int> tokens)
    {
        if (_repetitionPenalty != 1) _previous.UnionWith(tokens);
    }

    /// <summary>Chooses a token.</summary>
    /// <param name="logits"><c>[vocabulary]</c>; changed.</param>
    /// <exception cref="InvalidOperationException">The logits are no numbers.</exception>
    internal int Choose(Span<float> logits)
    {
        if (_repetitionPenalty != 1) NextTokenDistribution.Penalize(logits, _previous, _repetitionPenalty);
        if (_sampling is null || _random is null) return IndexOfLargest(logits);

        NextTokenDistribution.ToProbabilities(logits, _sampling);
        double left = _random.NextDouble();
        int last = -1;
        for (int token = 0; token < logits.Length; token++)
        {
            // No number is not above 0 either.
            if (!(logits[token] > 0)) continue;
            left -= logits[token];
            last = token;
            if (left < 0) break;
        }

        return last >= 0 ? last : throw new InvalidOperationException("The model's logits are not finite, so that no token can be drawn. Check its weights.");
    }

    private static int IndexOfLargest(ReadOnlySpan<float> values)
    {
        int largest = 0;
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] > values[largest]) largest = i;
        }

        return largest;
    }
}

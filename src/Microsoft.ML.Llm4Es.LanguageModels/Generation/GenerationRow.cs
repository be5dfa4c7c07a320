namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>One prompt and what is generated from it.</summary>
internal sealed class GenerationRow
{
    private readonly TokenChooser _chooser;
    private readonly List<int> _tokens;
    private readonly int _promptLength;
    private readonly int _longest;
    private readonly HashSet<int> _stopTokens;
    private readonly TextAssembler? _text;

    /// <param name="prompt">The tokens to continue.</param>
    /// <param name="row">The prompt's place in the call.</param>
    /// <param name="options">How to continue.</param>
    /// <param name="configuration">The model's sizes.</param>
    /// <param name="text">Makes the text; <see langword="null"/> where only tokens are wanted.</param>
    /// <exception cref="ArgumentException">The prompt is empty, leaves no room in the context, or has a token that the model lacks.</exception>
    internal GenerationRow(IReadOnlyList<int> prompt, int row, GenerationOptions options, LanguageModelConfiguration configuration, TextAssembler? text)
    {
        int context = options.ContextLength ?? ContextOf(configuration);
        if (prompt.Count == 0) throw new ArgumentException($"Prompt {row} has no tokens; the model needs one or more to continue.", nameof(prompt));
        if (prompt.Count >= context)
        {
            throw new ArgumentException(
                $"Prompt {row} has {prompt.Count} tokens, which leaves no room in the context of {context}. Shorten it, or set {nameof(GenerationOptions.ContextLength)} if the model can go beyond.",
                nameof(prompt));
        }

        foreach (int token in prompt)
        {
            if ((uint)token >= (uint)configuration.VocabularySize)
                throw new ArgumentException($"Prompt {row} has token {token}, outside the vocabulary of {configuration.VocabularySize}. Expected the tokenizer that belongs to the model.", nameof(prompt));
        }

        _tokens = [.. prompt];
        _promptLength = prompt.Count;
        _longest = (int)Math.Min(context, (long)prompt.Count + options.MaxNewTokens);
        _stopTokens = [.. options.StopTokenIds ?? configuration.EndOfTextIds];
        _text = text;
        _chooser = new(options, row);
        _chooser.Observe(prompt);
    }

    /// <summary>Gets the tokens of the prompt and those generated.</summary>
    internal IReadOnlyList<int> Tokens => _tokens;

    /// <summary>Gets why the row ended, or <see langword="null"/> where it has not.</summary>
    internal FinishReason? FinishReason { get; private set; }

    /// <summary>Gets whether the token with the largest logit is always the choice.</summary>
    internal bool TakesLargest => _chooser.TakesLargest;

    /// <summary>Gets the number of tokens generated.</summary>
    internal int GeneratedCount => _tokens.Count - _promptLength;

    /// <summary>Chooses the next token by its logits, <c>[vocabulary]</c>, which are changed.</summary>
    internal void Choose(Span<float> logits) => Append(_chooser.Choose(logits));

    /// <summary>Adds the next token.</summary>
    internal void Append(int token)
    {
        _tokens.Add(token);
        _chooser.Observe([token]);
        FinishReason = Judge(token);
        if (FinishReason is not null) _text?.Complete();
    }

    /// <summary>Takes the text that is certain and was not taken before; may be empty.</summary>
    internal string TakePiece() => _text!.TakePiece();

    /// <summary>Gets what was generated; the row has ended.</summary>
    internal GeneratedTokens ToTokens() => new(Generated(), _promptLength, FinishReason!.Value);

    /// <summary>Gets what was generated, as text; the row has ended.</summary>
    internal GeneratedText ToText() => new(_text!.Text, Generated(), _promptLength, FinishReason!.Value);

    private FinishReason? Judge(int token)
    {
        // A token that ends a text is not part of it.
        if (_stopTokens.Contains(token)) return LanguageModels.FinishReason.StopToken;
        _text?.Append(token);
        if (_text is { IsStopped: true }) return LanguageModels.FinishReason.StopString;
        return _tokens.Count >= _longest ? LanguageModels.FinishReason.Length : null;
    }

    private int[] Generated() => [.. _tokens.Skip(_promptLength)];

    /// <summary>The dynamic rotary embedding is made to go beyond the trained positions, by its factor.</summary>
    private static int ContextOf(LanguageModelConfiguration configuration)
    {
        double factor = configuration.RotaryEmbedding.Type is RotaryEmbeddingType.Dynamic ? configuration.RotaryEmbedding.Factor : 1;
        return (int)Math.Min(int.MaxValue, configuration.MaxPositions * factor);
    }
}

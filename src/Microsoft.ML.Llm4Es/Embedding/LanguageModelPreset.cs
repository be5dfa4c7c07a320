using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>The size of a language model that is made from scratch, with a vocabulary learned from the training texts.</summary>
public sealed record LanguageModelPreset
{
    private readonly int _hiddenSize = 192;
    private readonly int _hiddenLayers = 4;
    private readonly int _attentionHeads = 6;
    private readonly int _keyValueHeads = 3;
    private readonly int _intermediateSize = 512;
    private readonly int _vocabularySize = 4096;
    private readonly int _contextLength = 512;

    /// <summary>Gets the smallest preset: trained in seconds, for tests and first steps.</summary>
    public static LanguageModelPreset Tiny { get; } = new()
    {
        HiddenSize = 64,
        HiddenLayers = 2,
        AttentionHeads = 2,
        KeyValueHeads = 1,
        IntermediateSize = 192,
        VocabularySize = 1024,
        ContextLength = 256,
    };

    /// <summary>Gets the default preset: trained in minutes on two CPU cores.</summary>
    public static LanguageModelPreset Small { get; } = new();

    /// <summary>Gets a preset for a machine with more cores or a GPU.</summary>
    public static LanguageModelPreset Medium { get; } = new()
    {
        HiddenSize = 512,
        HiddenLayers = 8,
        AttentionHeads = 8,
        KeyValueHeads = 4,
        IntermediateSize = 1408,
        VocabularySize = 8192,
        ContextLength = 1024,
    };

    /// <summary>Gets the width of the hidden states; the embedding, of two poolings, is by default twice as long. Default 192.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int HiddenSize { get => _hiddenSize; init => _hiddenSize = Positive(value, nameof(HiddenSize)); }

    /// <summary>Gets the number of decoder layers. Default 4.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int HiddenLayers { get => _hiddenLayers; init => _hiddenLayers = Positive(value, nameof(HiddenLayers)); }

    /// <summary>Gets the number of attention heads. Default 6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int AttentionHeads { get => _attentionHeads; init => _attentionHeads = Positive(value, nameof(AttentionHeads)); }

    /// <summary>Gets the number of key/value heads. Default 3.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int KeyValueHeads { get => _keyValueHeads; init => _keyValueHeads = Positive(value, nameof(KeyValueHeads)); }

    /// <summary>Gets the width inside the feed-forward network. Default 512.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int IntermediateSize { get => _intermediateSize; init => _intermediateSize = Positive(value, nameof(IntermediateSize)); }

    /// <summary>Gets the largest vocabulary that is learned from the training texts: whole values, and byte-pair merges. Default 4,096.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 300, which the single bytes nearly fill.</exception>
    public int VocabularySize
    {
        get => _vocabularySize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 300);
            _vocabularySize = value;
        }
    }

    /// <summary>
    /// Gets which share of the vocabulary may be taken by whole values, such as a category's name, so that a frequent value is one token and an event has about
    /// as many tokens as fields. From 0, for tokens within words only, to below 1. Default 0.75; see docs/recipe.md.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to below 1.</exception>
    public double ValueTokens
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected a share from 0 to below 1.");
    } = 0.75;

    /// <summary>Gets what the token embeddings are before the model is tuned. Default: by latent semantic analysis of the training texts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public TokenEmbeddingInitialization TokenEmbeddings
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected LatentSemantic or Random.");
    }

    /// <summary>Gets the longest piece of text in tokens that the model reads at once. Default 512.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 2.</exception>
    public int ContextLength
    {
        get => _contextLength;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 2);
            _contextLength = value;
        }
    }

    /// <summary>Makes the preset of the same size with tokens within words and random token embeddings, as in <see cref="Llm4EsPreset.Paper"/>.</summary>
    /// <returns>The preset.</returns>
    public LanguageModelPreset OfWords() => this with { ValueTokens = 0, TokenEmbeddings = TokenEmbeddingInitialization.Random };

    /// <summary>Finds a preset by its name.</summary>
    /// <param name="name">tiny, small or medium.</param>
    /// <returns>The preset.</returns>
    /// <exception cref="ArgumentException">There is no such preset.</exception>
    public static LanguageModelPreset Parse(string name) => name switch
    {
        "tiny" => Tiny,
        "small" => Small,
        "medium" => Medium,
        _ => throw new ArgumentException($"There is no preset '{name}'; there are tiny, small and medium.", nameof(name)),
    };

    internal LanguageModelConfiguration ToConfiguration(int vocabularySize, int? beginningOfTextId, int? endOfTextId)
    {
        if (HiddenSize % AttentionHeads != 0 || HiddenSize / AttentionHeads % 2 != 0 || AttentionHeads % KeyValueHeads != 0)
        {
            throw new InvalidOperationException(
                $"The preset has hidden size {HiddenSize}, {AttentionHeads} attention heads and {KeyValueHeads} key/value heads. " +
                "The hidden size must be an even multiple of the heads, and the heads a multiple of the key/value heads.");
        }

        return new LanguageModelConfiguration
        {
            VocabularySize = vocabularySize,
            HiddenSize = HiddenSize,
            HiddenLayers = HiddenLayers,
            AttentionHeads = AttentionHeads,
            KeyValueHeads = KeyValueHeads,
            HeadDimension = HiddenSize / AttentionHeads,
            IntermediateSize = IntermediateSize,
            MaxPositions = ContextLength,
            BeginningOfTextId = beginningOfTextId,
            EndOfTextIds = endOfTextId is { } id ? [id] : [],
        };
    }

    private static int Positive(int value, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, name);
        return value;
    }
}

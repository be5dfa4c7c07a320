namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The shape of a decoder-only language model, as config.json of a Hugging Face folder describes it.</summary>
public sealed record LanguageModelConfiguration
{
    /// <summary>Gets the number of tokens in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Gets the width of the hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>Gets the width inside the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>Gets the number of decoder layers.</summary>
    public required int HiddenLayers { get; init; }

    /// <summary>Gets the number of attention heads.</summary>
    public required int AttentionHeads { get; init; }

    /// <summary>Gets the number of key/value heads; each serves AttentionHeads / KeyValueHeads query heads (grouped-query attention).</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>Gets the width of a head.</summary>
    public required int HeadDimension { get; init; }

    /// <summary>Gets what is added to the mean square in RMSNorm. Default 1e-5.</summary>
    public double RmsNormEpsilon { get; init; } = 1e-5;

    /// <summary>Gets how positions are rotated into queries and keys.</summary>
    public RotaryEmbeddingConfiguration RotaryEmbedding { get; init; } = new();

    /// <summary>Gets the longest text in tokens that the model was made for. Default 2,048.</summary>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>Gets a value indicating whether the head shares the embedding's weights. Default true.</summary>
    public bool TieWordEmbeddings { get; init; } = true;

    /// <summary>Gets the standard deviation of random initial weights. Default 0.02.</summary>
    public double InitializerRange { get; init; } = 0.02;

    /// <summary>Gets the id of the token that begins a text; null where the model has none.</summary>
    public int? BeginningOfTextId { get; init; }

    /// <summary>Gets the ids of the tokens that end a text.</summary>
    public IReadOnlyList<int> EndOfTextIds { get; init; } = [];

    /// <summary>Gets the id of the padding token; null where the model has none. Nothing here pads; it is kept for the saved configuration.</summary>
    public int? PaddingId { get; init; }

    /// <summary>Reads config.json.</summary>
    /// <param name="configJson">Its text.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The text is not valid, lacks a setting, or asks for something that is not supported.</exception>
    public static LanguageModelConfiguration Parse(string configJson) => ConfigurationJson.Read(configJson);

    /// <summary>Reads config.json of a Hugging Face folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="FileNotFoundException">The folder has no config.json.</exception>
    /// <exception cref="InvalidDataException">The file is not valid, lacks a setting, or asks for something that is not supported.</exception>
    public static LanguageModelConfiguration Load(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        string path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{folder}' has no config.json; a Hugging Face model folder is expected.", path);

        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidDataException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>Writes config.json as transformers reads it.</summary>
    /// <returns>Its text.</returns>
    public string ToJson() => ConfigurationJson.Write(this);
}

using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The sizes and settings of a decoder-only language model, as a Hugging Face <c>config.json</c> gives them.</summary>
/// <remarks>
/// <see cref="Load"/> and <see cref="Parse"/> refuse what this library would compute differently from the model's authors: another architecture or
/// activation, an unknown rotary embedding, quantised weights, a missing size. Dropout of the configuration is not applied.
/// </remarks>
public sealed record LanguageModelConfiguration
{
    private readonly int? _headDimension;

    /// <summary>Gets the member of the LLaMA family. Default: <see cref="LanguageModelArchitecture.Llama"/>.</summary>
    public LanguageModelArchitecture Architecture { get; init; }

    /// <summary>Gets the number of token ids (<c>vocab_size</c>), 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int VocabularySize { get; init => field = AtLeastOne(value); }

    /// <summary>Gets the length of a hidden state (<c>hidden_size</c>), 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int HiddenSize { get; init => field = AtLeastOne(value); }

    /// <summary>Gets the width of the feed-forward part (<c>intermediate_size</c>), 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int IntermediateSize { get; init => field = AtLeastOne(value); }

    /// <summary>Gets the number of decoder layers (<c>num_hidden_layers</c>), 1 or more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int HiddenLayers { get; init => field = AtLeastOne(value); }

    /// <summary>Gets the number of query heads (<c>num_attention_heads</c>), a multiple of <see cref="KeyValueHeads"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public required int AttentionHeads { get; init => field = AtLeastOne(value); }

    /// <summary>Gets the number of key and value heads (<c>num_key_value_heads</c>), each shared by as many query heads. Default: as many as <see cref="AttentionHeads"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int KeyValueHeads { get => field == 0 ? AttentionHeads : field; init => field = AtLeastOne(value); }

    /// <summary>Gets the length of a head's vectors (<c>head_dim</c>), even. Default: <see cref="HiddenSize"/> over <see cref="AttentionHeads"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int HeadDimension { get => _headDimension ?? HiddenSize / AttentionHeads; init => _headDimension = AtLeastOne(value); }

    /// <summary>Gets the term that keeps norms from dividing by zero (<c>rms_norm_eps</c>), above 0. Default: 1e-6.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double RmsNormEpsilon { get; init => field = Positive(value); } = 1e-6;

    /// <summary>Gets the rotary position embedding. Default: theta 10,000, not stretched.</summary>
    public RotaryEmbeddingConfiguration RotaryEmbedding { get; init; } = new();

    /// <summary>Gets the longest row, in tokens, for which the model was trained (<c>max_position_embeddings</c>), 1 or more. Default: 2,048.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaxPositions { get; init => field = AtLeastOne(value); } = 2_048;

    /// <summary>Gets whether the embedding is the output head as well (<c>tie_word_embeddings</c>). Default: <see langword="false"/>.</summary>
    public bool TieWordEmbeddings { get; init; }

    /// <summary>Gets whether the query, key, value and output projections have biases (<c>attention_bias</c>; Llama and Qwen3). Default: <see langword="false"/>.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Gets whether the projections of the feed-forward part have biases (<c>mlp_bias</c>; Llama). Default: <see langword="false"/>.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Gets how many keys a query sees in a layer with a sliding window, itself included, 1 or more; <see langword="null"/> (the default) means all before it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? SlidingWindow { get; init => field = value is { } window ? AtLeastOne(window) : null; }

    /// <summary>Gets, layer by layer, whether the layer has the sliding window (<c>layer_types</c>); <see langword="null"/> (the default) means that all have. Unused without <see cref="SlidingWindow"/>.</summary>
    public IReadOnlyList<bool>? SlidingLayers { get; init; }

    /// <summary>Gets the standard deviation of random initial weights (<c>initializer_range</c>), above 0. Default: 0.02.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double InitializerRange { get; init => field = Positive(value); } = 0.02;

    /// <summary>Gets the token id that begins a text (<c>bos_token_id</c>), or <see langword="null"/>.</summary>
    public int? BeginningOfTextId { get; init; }

    /// <summary>Gets the token ids that end a text (<c>eos_token_id</c>); may be empty.</summary>
    public IReadOnlyList<int> EndOfTextIds { get; init; } = [];

    /// <summary>Gets the token id that other programs pad with (<c>pad_token_id</c>), or <see langword="null"/>. This library never pads.</summary>
    public int? PaddingId { get; init; }

    /// <summary>Gets whether the query, key and value projections have biases.</summary>
    internal bool QueryKeyValueBias => AttentionBias || Architecture is LanguageModelArchitecture.Qwen2;

    /// <summary>Gets whether the attention's output projection has a bias.</summary>
    internal bool AttentionOutputBias => AttentionBias && Architecture is not LanguageModelArchitecture.Qwen2;

    /// <summary>Gets whether queries and keys are normalised per head.</summary>
    internal bool QueryKeyNorm => Architecture is LanguageModelArchitecture.Qwen3;

    /// <summary>Reads <c>config.json</c> of a Hugging Face model folder, and the tokens that end a text of its <c>generation_config.json</c>, which may name more.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="FileNotFoundException">The folder has no <c>config.json</c>.</exception>
    /// <exception cref="InvalidDataException">A file is no JSON object, lacks a size, or asks for what this library does not compute.</exception>
    public static LanguageModelConfiguration Load(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string path = Path.Combine(folder, "config.json");
        if (!File.Exists(path)) throw new FileNotFoundException($"No config.json in '{folder}'. Expected a Hugging Face model folder with config.json and *.safetensors.", path);
        LanguageModelConfiguration configuration = ConfigurationReader.Read(File.ReadAllBytes(path), path);
        int[] ends = [.. configuration.EndOfTextIds.Union(GenerationConfigurationReader.EndOfTextIds(folder))];
        return ends.Length == configuration.EndOfTextIds.Count ? configuration : configuration with { EndOfTextIds = ends };
    }

    /// <summary>Reads the content of a <c>config.json</c>.</summary>
    /// <param name="configJson">A JSON object with Hugging Face's keys.</param>
    /// <returns>The configuration.</returns>
    /// <exception cref="InvalidDataException">The text is no JSON object, lacks a size, or asks for what this library does not compute.</exception>
    public static LanguageModelConfiguration Parse(string configJson)
    {
        ArgumentNullException.ThrowIfNull(configJson);
        return ConfigurationReader.Read(System.Text.Encoding.UTF8.GetBytes(configJson), "config.json");
    }

    /// <summary>Writes the configuration in the form that <see cref="Parse"/> and Hugging Face's transformers read.</summary>
    /// <returns>A JSON object, indented.</returns>
    public string ToJson() => ConfigurationWriter.Write(this, ComputePrecision.Float32);

    /// <summary>Gets the sliding window of a layer, or <see langword="null"/> where queries see all keys before them.</summary>
    internal int? WindowOf(int layer) => SlidingLayers is null || SlidingLayers[layer] ? SlidingWindow : null;

    /// <summary>Checks what involves more than one property.</summary>
    /// <exception cref="ArgumentException">Two properties do not fit together; the message names both, with their JSON keys.</exception>
    internal void Validate()
    {
        if (AttentionHeads % KeyValueHeads != 0)
            throw new ArgumentException($"num_attention_heads is {AttentionHeads}, no multiple of num_key_value_heads, which is {KeyValueHeads}.");
        if (_headDimension is null && HiddenSize % AttentionHeads != 0)
            throw new ArgumentException($"hidden_size is {HiddenSize}, no multiple of num_attention_heads, which is {AttentionHeads}, and head_dim is not set.");
        if (HeadDimension % 2 != 0)
            throw new ArgumentException($"head_dim is {HeadDimension}; the rotary embedding turns pairs of dimensions and needs an even one.");
        if (SlidingWindow is not null && Architecture is LanguageModelArchitecture.Llama)
            throw new ArgumentException($"sliding_window is {SlidingWindow}, but LlamaForCausalLM has none; MistralForCausalLM has.");
        if (SlidingLayers is not null && Architecture is (LanguageModelArchitecture.Llama or LanguageModelArchitecture.Mistral))
            throw new ArgumentException("layer_types belongs to Qwen2ForCausalLM and Qwen3ForCausalLM alone.");
        if (SlidingLayers is { } layers && layers.Count != HiddenLayers)
            throw new ArgumentException($"layer_types has {layers.Count} entries; num_hidden_layers is {HiddenLayers}.");
        if (SlidingWindow is null && SlidingLayers is { } sliding && sliding.Contains(true))
            throw new ArgumentException("layer_types holds sliding_attention, but there is no sliding_window (qwen2 and qwen3 count it only with use_sliding_window).");
        RotaryEmbedding.Validate(HeadDimension);
    }

    private static int AtLeastOne(int value, [CallerMemberName] string property = "") =>
        value >= 1 ? value : throw new ArgumentOutOfRangeException(property, value, "Expected 1 or more.");

    private static double Positive(double value, [CallerMemberName] string property = "") =>
        double.IsFinite(value) && value > 0 ? value : throw new ArgumentOutOfRangeException(property, value, "Expected a finite number above 0.");
}

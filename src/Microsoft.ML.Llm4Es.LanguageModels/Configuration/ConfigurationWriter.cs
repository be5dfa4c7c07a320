using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes <c>config.json</c> with the keys of transformers 4, which transformers 5 and other programs read as well.</summary>
internal static class ConfigurationWriter
{
    /// <param name="configuration">The sizes and settings.</param>
    /// <param name="weights">What the weights beside it are in.</param>
    internal static string Write(LanguageModelConfiguration configuration, ComputePrecision weights)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteSizes(json, configuration, weights);
            WriteAttention(json, configuration);
            WriteRotaryEmbedding(json, configuration);
            WriteTokenIds(json, configuration);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Writes <c>generation_config.json</c>: the token ids that generation starts and ends with.</summary>
    internal static string WriteGeneration(LanguageModelConfiguration configuration)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteTokenIds(json, configuration);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    private static void WriteSizes(Utf8JsonWriter json, LanguageModelConfiguration configuration, ComputePrecision weights)
    {
        ArchitectureNames names = ArchitectureNames.Of(configuration.Architecture);
        json.WriteStartArray("architectures");
        json.WriteStringValue(names.ClassName);
        json.WriteEndArray();
        json.WriteString("model_type", names.ModelType);
        // The key of transformers 5, which warns of the older torch_dtype; before 4.56 it is not read, and the weights' own type is found in their file.
        json.WriteString("dtype", weights is ComputePrecision.BFloat16 ? "bfloat16" : "float32");
        json.WriteNumber("vocab_size", configuration.VocabularySize);
        json.WriteNumber("hidden_size", configuration.HiddenSize);
        json.WriteNumber("intermediate_size", configuration.IntermediateSize);
        json.WriteNumber("num_hidden_layers", configuration.HiddenLayers);
        json.WriteNumber("num_attention_heads", configuration.AttentionHeads);
        json.WriteNumber("num_key_value_heads", configuration.KeyValueHeads);
        json.WriteNumber("head_dim", configuration.HeadDimension);
        json.WriteNumber("max_position_embeddings", configuration.MaxPositions);
        json.WriteString("hidden_act", "silu");
        json.WriteNumber("rms_norm_eps", configuration.RmsNormEpsilon);
        json.WriteNumber("initializer_range", configuration.InitializerRange);
        json.WriteBoolean("tie_word_embeddings", configuration.TieWordEmbeddings);
    }

    private static void WriteAttention(Utf8JsonWriter json, LanguageModelConfiguration configuration)
    {
        LanguageModelArchitecture architecture = configuration.Architecture;
        if (architecture is LanguageModelArchitecture.Llama or LanguageModelArchitecture.Qwen3) json.WriteBoolean("attention_bias", configuration.AttentionBias);
        if (architecture is LanguageModelArchitecture.Llama)
        {
            json.WriteBoolean("mlp_bias", configuration.MlpBias);
            return;
        }

        if (architecture is not LanguageModelArchitecture.Mistral) json.WriteBoolean("use_sliding_window", configuration.SlidingWindow is not null);
        if (configuration.SlidingWindow is { } window) json.WriteNumber("sliding_window", window);
        else json.WriteNull("sliding_window");
        if (architecture is LanguageModelArchitecture.Mistral) return;

        // What transformers before 4.53 reads in the place of layer_types: the first layer that has the window, and all after it.
        int[] windows = [.. Enumerable.Range(0, configuration.HiddenLayers).Where(layer => configuration.WindowOf(layer) is not null)];
        if (windows.Length > 0 && windows.Length == configuration.HiddenLayers - windows[0]) json.WriteNumber("max_window_layers", windows[0]);
        json.WriteStartArray("layer_types");
        for (int layer = 0; layer < configuration.HiddenLayers; layer++)
            json.WriteStringValue(configuration.WindowOf(layer) is null ? "full_attention" : "sliding_attention");
        json.WriteEndArray();
    }

    private static void WriteRotaryEmbedding(Utf8JsonWriter json, LanguageModelConfiguration configuration)
    {
        RotaryEmbeddingConfiguration rope = configuration.RotaryEmbedding;
        json.WriteNumber("rope_theta", rope.Theta);
        if (rope.Type is RotaryEmbeddingType.Default)
        {
            json.WriteNull("rope_scaling");
            return;
        }

        json.WriteStartObject("rope_scaling");
        json.WriteString("rope_type", RotaryEmbeddingReader.Name(rope.Type));
        json.WriteNumber("factor", rope.Factor);
        if (rope.Type is RotaryEmbeddingType.Llama3)
        {
            json.WriteNumber("low_freq_factor", rope.LowFrequencyFactor);
            json.WriteNumber("high_freq_factor", rope.HighFrequencyFactor);
        }

        if (rope.Type is RotaryEmbeddingType.Llama3 or RotaryEmbeddingType.Yarn)
            json.WriteNumber("original_max_position_embeddings", rope.OriginalMaxPositions ?? configuration.MaxPositions);
        if (rope.Type is RotaryEmbeddingType.Yarn)
        {
            json.WriteNumber("beta_fast", rope.BetaFast);
            json.WriteNumber("beta_slow", rope.BetaSlow);
            if (rope.AttentionFactor is { } attentionFactor) json.WriteNumber("attention_factor", attentionFactor);
            if (rope.MScale is { } mscale) json.WriteNumber("mscale", mscale);
            if (rope.MScaleAllDimensions is { } mscaleAll) json.WriteNumber("mscale_all_dim", mscaleAll);
            json.WriteBoolean("truncate", rope.Truncate);
        }

        json.WriteEndObject();
    }

    private static void WriteTokenIds(Utf8JsonWriter json, LanguageModelConfiguration configuration)
    {
        if (configuration.BeginningOfTextId is { } beginning) json.WriteNumber("bos_token_id", beginning);
        if (configuration.PaddingId is { } padding) json.WriteNumber("pad_token_id", padding);
        if (configuration.EndOfTextIds.Count == 1) json.WriteNumber("eos_token_id", configuration.EndOfTextIds[0]);
        if (configuration.EndOfTextIds.Count > 1)
        {
            json.WriteStartArray("eos_token_id");
            foreach (int id in configuration.EndOfTextIds) json.WriteNumberValue(id);
            json.WriteEndArray();
        }
    }
}

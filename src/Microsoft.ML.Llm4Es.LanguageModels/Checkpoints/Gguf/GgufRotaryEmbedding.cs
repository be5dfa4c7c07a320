using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes a GGUF file's rotary embedding as config.json's <c>rope_parameters</c>.</summary>
/// <param name="file">The file.</param>
/// <param name="architecture">The prefix of its keys.</param>
/// <param name="headDimension">The width of a head.</param>
internal sealed class GgufRotaryEmbedding(GgufFile file, string architecture, int headDimension)
{
    private const double DefaultTheta = 10_000;

    // The rule's constants in every Llama 3.1, 3.2 and 3.3 (config.json of meta-llama/Llama-3.1-8B); GGUF keeps only what follows from them.
    private const double LowFrequencyFactor = 1;
    private const double HighFrequencyFactor = 4;
    private const int OriginalMaxPositions = 8192;

    /// <summary>How far a stored fp32 factor may be from the rule's, relatively.</summary>
    private const double Tolerance = 1e-4;

    private readonly GgufMetadata _metadata = file.Metadata;

    private double Theta => _metadata.Number(Key("freq_base")) ?? DefaultTheta;

    /// <summary>By how much positions are divided; files of the first years keep it under a key of its own, and 0 stands for none.</summary>
    private double Factor => (_metadata.Number(Key("scaling.factor")) ?? _metadata.Number(Key("scale_linear"))) is { } factor and not 0 ? factor : 1;

    /// <summary>The JSON object.</summary>
    /// <exception cref="InvalidDataException">A setting is missing, of another type, or not supported.</exception>
    public JsonObject Write()
    {
        // llama.cpp too takes a factor without a type as linear.
        string type = _metadata.Text(Key("scaling.type")) ?? "linear";
        JsonObject? frequencyFactors = FrequencyFactors();
        return (type, frequencyFactors) switch
        {
            ("none", null) => Unscaled(),
            ("linear", null) when Factor == 1 => Unscaled(),
            ("linear", null) => new JsonObject { ["rope_type"] = "linear", ["rope_theta"] = Theta, ["factor"] = Factor },
            ("yarn", null) => Yarn(),
            ("none", _) => frequencyFactors,
            ("linear", _) when Factor == 1 => frequencyFactors,
            (_, null) => throw new InvalidDataException($"{Key("scaling.type")} is '{type}'; none, linear and yarn are supported."),
            _ => throw new InvalidDataException($"{Key("scaling.type")} is '{type}', and the tensor '{GgufTensorNames.RotaryFactors}' scales as well; one is expected."),
        };
    }

    private JsonObject Unscaled() => new() { ["rope_type"] = "default", ["rope_theta"] = Theta };

    private JsonObject Yarn()
    {
        var yarn = new JsonObject
        {
            ["rope_type"] = "yarn",
            ["rope_theta"] = Theta,
            ["factor"] = Factor,
            ["original_max_position_embeddings"] =
                _metadata.Count(Key("scaling.original_context_length")) ?? _metadata.Size($"{architecture}.context_length"),
        };
        Copy("scaling.yarn_beta_fast", yarn, "beta_fast");
        Copy("scaling.yarn_beta_slow", yarn, "beta_slow");
        if (_metadata.Number(Key("scaling.attn_factor")) is { } attention)
        {
            // llama.cpp multiplies it with YaRN's own factor (arXiv 2309.00071, section 3.4); transformers takes it instead.
            yarn["attention_factor"] = attention * ((0.1 * Math.Log(Factor)) + 1);
        }

        foreach (string name in new[] { "scaling.yarn_log_multiplier", "scaling.yarn_ext_factor", "scaling.yarn_attn_factor" })
        {
            if (_metadata.Values.TryGetValue(Key(name), out object? value))
                throw new InvalidDataException($"{Key(name)} is {value}; it is not supported.");
        }

        return yarn;
    }

    /// <summary>Llama 3's scaling, of which a GGUF file keeps the factor by which each frequency is divided; null where there is none.</summary>
    private JsonObject? FrequencyFactors()
    {
        if (!file.Tensors.TryGetValue(GgufTensorNames.RotaryFactors, out GgufTensor? tensor)) return null;

        if (tensor.Elements != headDimension / 2)
            throw new InvalidDataException($"the tensor '{tensor.Name}' holds {tensor.Elements:N0} factors; {headDimension / 2} are expected, half the width of a head.");

        float[] factors = new float[tensor.Elements];
        int rowLength = (int)tensor.RowLength;
        file.ReadRows(tensor, (stored, row) => tensor.Type.Dequantize(stored, factors.AsSpan((int)row * rowLength, rowLength)));
        double largest = factors.Max();
        for (int i = 0; i < factors.Length; i++)
        {
            double expected = Llama3Factor(Math.Pow(Theta, -2.0 * i / headDimension), largest);
            if (!(Math.Abs(factors[i] - expected) <= Tolerance * expected))
            {
                throw new InvalidDataException(
                    $"the tensor '{tensor.Name}' divides frequency {i} by {factors[i]}; Llama 3's rule with factor {largest}, low_freq_factor {LowFrequencyFactor}, "
                    + $"high_freq_factor {HighFrequencyFactor} and original_max_position_embeddings {OriginalMaxPositions} divides it by {expected}. Other rules are not supported.");
            }
        }

        return new JsonObject
        {
            ["rope_type"] = "llama3",
            ["rope_theta"] = Theta,
            ["factor"] = largest,
            ["low_freq_factor"] = LowFrequencyFactor,
            ["high_freq_factor"] = HighFrequencyFactor,
            ["original_max_position_embeddings"] = OriginalMaxPositions,
        };
    }

    /// <summary>By how much Llama 3's rule divides a frequency: not at all where it is high, by the whole factor where it is low, smoothly between.</summary>
    private static double Llama3Factor(double frequency, double factor)
    {
        double turns = OriginalMaxPositions * frequency / (2 * Math.PI);
        double smooth = Math.Clamp((turns - LowFrequencyFactor) / (HighFrequencyFactor - LowFrequencyFactor), 0, 1);
        return 1 / (((1 - smooth) / factor) + smooth);
    }

    private void Copy(string name, JsonObject target, string targetName)
    {
        if (_metadata.Number(Key(name)) is { } value) target[targetName] = value;
    }

    private string Key(string name) => $"{architecture}.rope.{name}";
}

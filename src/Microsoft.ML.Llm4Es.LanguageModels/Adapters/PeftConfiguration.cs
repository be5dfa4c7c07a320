using System.Text;
using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Reads and writes <c>adapter_config.json</c> as Hugging Face's peft has it.</summary>
/// <remarks>
/// peft adds a key for each variant of LoRA that it learns, and its readers differ in what they bear. Written are the keys that its versions since 0.9 know. Read
/// are files of any version: a key that is not known here must hold what switches its variant off.
/// </remarks>
internal static class PeftConfiguration
{
    internal const string FileName = "adapter_config.json";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Keys that say where an adapter comes from, how it was first filled, or settle variants that are off; none changes what it computes.</summary>
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "auto_mapping", "base_model_name_or_path", "inference_mode", "megatron_core", "peft_version", "qalora_group_size", "revision",
    };

    /// <summary>Initial weights that leave the base model as it is. Others (pissa, olora, corda, loftq) subtract from it what the adapter starts with.</summary>
    private static readonly HashSet<string> HarmlessInitializations = new(StringComparer.Ordinal) { "gaussian", "eva", "orthogonal", "lora_ga" };

    /// <summary>Writes the settings.</summary>
    internal static string Write(LoraOptions options, string? baseModelName)
    {
        using MemoryStream stream = new();
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteEmptyObject(json, "alpha_pattern");
            json.WriteNull("auto_mapping");
            json.WriteString("base_model_name_or_path", baseModelName);
            json.WriteString("bias", "none");
            json.WriteBoolean("fan_in_fan_out", false);
            json.WriteBoolean("inference_mode", true);
            json.WriteBoolean("init_lora_weights", true);
            json.WriteNull("layers_pattern");
            json.WriteNull("layers_to_transform");
            json.WriteNumber("lora_alpha", options.Alpha);
            json.WriteNumber("lora_dropout", options.Dropout);
            json.WriteNull("modules_to_save");
            json.WriteString("peft_type", "LORA");
            json.WriteNumber("r", options.Rank);
            WriteEmptyObject(json, "rank_pattern");
            json.WriteNull("revision");
            json.WriteStartArray("target_modules");
            foreach (string module in options.TargetModules) json.WriteStringValue(module);
            json.WriteEndArray();
            json.WriteString("task_type", "CAUSAL_LM");
            json.WriteBoolean("use_dora", false);
            json.WriteBoolean("use_rslora", options.UseRsLora);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length) + "\n";
    }

    /// <summary>Reads the settings, and the name of the model that the adapter is for where it is told.</summary>
    /// <exception cref="InvalidDataException">The file is damaged, or asks for something that is not supported.</exception>
    internal static (LoraOptions Options, string? BaseModelName) Read(ReadOnlyMemory<byte> json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            JsonObjectReader config = new(document.RootElement, source);
            if (document.RootElement.ValueKind is not JsonValueKind.Object) throw config.Error($"a JSON object is expected, found {document.RootElement.ValueKind}.");
            RefuseUnsupported(config);
            LoraOptions options = new()
            {
                Rank = config.Size("r"),
                Alpha = config.Positive("lora_alpha") ?? throw config.Error("lora_alpha is missing; a number above 0 is expected."),
                Dropout = config.Value("lora_dropout") is { ValueKind: JsonValueKind.Number } dropout ? dropout.GetDouble() : 0,
                TargetModules = TargetModules(config),
                UseRsLora = config.Boolean("use_rslora") ?? false,
            };
            return (options, config.Text("base_model_name_or_path"));
        }
        catch (Exception cause) when (cause is JsonException or ArgumentException or InvalidOperationException)
        {
            throw new InvalidDataException($"{source}: {(cause is JsonException ? "no valid JSON. " : "")}{cause.Message}", cause);
        }
    }

    private static void RefuseUnsupported(JsonObjectReader config)
    {
        foreach (JsonProperty property in config.Element.EnumerateObject())
        {
            bool supported = property.Name switch
            {
                "r" or "lora_alpha" or "lora_dropout" or "target_modules" or "use_rslora" => true,
                "peft_type" => property.Value.ValueEquals("LORA"),
                "task_type" => IsOff(property.Value) || property.Value.ValueEquals("CAUSAL_LM"),
                "bias" => property.Value.ValueEquals("none"),
                "init_lora_weights" => property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False
                    || (property.Value.ValueKind is JsonValueKind.String && HarmlessInitializations.Contains(property.Value.GetString()!)),
                _ => WithoutEffect.Contains(property.Name) || IsOff(property.Value),
            };
            if (!supported)
                throw config.Error($"{property.Name} is {property.Value.GetRawText()}, which is not supported; plain LoRA is expected (peft_type LORA, bias none, the same rank and alpha everywhere, no further variant). Merge the adapter with peft's merge_and_unload and load the merged model.");
        }

        if (config.Text("peft_type") is null) throw config.Error("peft_type is missing; LORA is expected.");
    }

    private static IReadOnlyList<string> TargetModules(JsonObjectReader config)
    {
        if (config.Value("target_modules") is not { } value) throw config.Error("target_modules is missing; the names of the adapted projections are expected.");
        if (value.ValueKind is not JsonValueKind.String) return config.Texts("target_modules")!;
        return value.ValueEquals(LoraOptions.AllLinear)
            ? [LoraOptions.AllLinear]
            : throw config.Error($"target_modules is the pattern {value.GetRawText()}; a list of names or \"{LoraOptions.AllLinear}\" is expected.");
    }

    /// <summary>Whether a key's value switches off what it stands for.</summary>
    private static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        _ => false,
    };

    private static void WriteEmptyObject(Utf8JsonWriter json, string key)
    {
        json.WriteStartObject(key);
        json.WriteEndObject();
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>What is saved, beside what transformers saved of the same model.</summary>
[Trait("Category", "Reference")]
public sealed class SavedFolderReferenceTests
{
    /// <summary>Keys of transformers that say nothing of the model's outputs in evaluation; absent, they have their defaults.</summary>
    private static readonly string[] LeftOut =
        ["attention_dropout", "pretraining_tp", "use_cache", "transformers_version", "_from_model_config", "output_attentions", "output_hidden_states"];

    /// <summary>Keys that are written though transformers leaves them out where they follow from others.</summary>
    private static readonly string[] Added = ["head_dim", "attention_bias", "mlp_bias", "dtype", "rope_theta", "rope_scaling"];

    public static TheoryData<string> Names => ReferenceModel.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Configuration_EqualsTransformersKeyByKey(string name)
    {
        using ReferenceModel reference = new(name);
        using TemporaryFolder saved = Save(reference);
        JsonObject expected = Read(reference.Folder, "config.json");
        JsonObject actual = Read(saved.Path, "config.json");

        SpellRotaryEmbeddingAsTransformers4(expected);
        Rename(expected, "torch_dtype", "dtype");
        foreach (string key in LeftOut) expected.Remove(key);

        // Without windows it has no meaning, and transformers' default hides in it.
        if (!actual.ContainsKey("max_window_layers")) expected.Remove("max_window_layers");
        if (actual["sliding_window"] is null && expected["use_sliding_window"]?.GetValue<bool>() is false) expected.Remove("sliding_window");
        foreach ((string key, JsonNode? value) in expected)
        {
            if (value is null) Assert.Null(actual[key]);
            else Assert.True(JsonNode.DeepEquals(Numbers(value), Numbers(actual[key])), $"{key} is {actual[key]}; {value} is expected.");
        }

        Assert.Empty(actual.Select(entry => entry.Key).Except(expected.Select(entry => entry.Key)).Except(Added).Except(["sliding_window", "layer_types"]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void GenerationConfiguration_EqualsTransformers(string name)
    {
        using ReferenceModel reference = new(name);
        using TemporaryFolder saved = Save(reference);
        JsonObject expected = Read(reference.Folder, "generation_config.json");
        foreach (string key in LeftOut) expected.Remove(key);

        Assert.True(JsonNode.DeepEquals(expected, Read(saved.Path, "generation_config.json")), $"{expected}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Weights_AreThoseOfTheFolder(string name)
    {
        using ReferenceModel reference = new(name);
        using TemporaryFolder saved = Save(reference);
        Dictionary<string, (string Type, long[] Shape, byte[] Data)> expected = Directory.GetFiles(reference.Folder, "model*.safetensors").SelectMany(Tensors).ToDictionary();
        Dictionary<string, (string Type, long[] Shape, byte[] Data)> actual = Tensors(Path.Combine(saved.Path, "model.safetensors")).ToDictionary();

        // A tied head is one with the embedding: transformers saves it once as well.
        if (reference.Model.Configuration.TieWordEmbeddings) expected.Remove("lm_head.weight");
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach ((string tensor, (string type, long[] shape, byte[] data)) in expected)
        {
            Assert.Equal(shape, actual[tensor].Shape);
            Assert.Equal(type is "F16" ? "F32" : type, actual[tensor].Type);
            Assert.Equal(type is "F16" ? Widen(data) : data, actual[tensor].Data);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Header_IsAlignedAndSaysThatItIsTorchs(string name)
    {
        using ReferenceModel reference = new(name);
        using TemporaryFolder saved = Save(reference);
        byte[] file = File.ReadAllBytes(Path.Combine(saved.Path, "model.safetensors"));
        int length = (int)BitConverter.ToInt64(file);

        Assert.Equal(0, length % 8);
        Assert.Equal((byte)'{', file[8]);
        Assert.Equal("pt", JsonNode.Parse(file.AsSpan(8, length))!["__metadata__"]!["format"]!.GetValue<string>());
    }

    /// <summary>Saves the model as it is stored: bf16 as bf16, the rest, fp16 too, as fp32, which holds every fp16 number.</summary>
    private static TemporaryFolder Save(ReferenceModel reference)
    {
        JsonObject configuration = Read(reference.Folder, "config.json");
        bool small = (configuration["dtype"] ?? configuration["torch_dtype"])!.GetValue<string>() == "bfloat16";
        TemporaryFolder folder = new();
        using CausalLanguageModel model = CausalLanguageModel.LoadHuggingFace(reference.Folder, weights: small ? ComputePrecision.BFloat16 : ComputePrecision.Float32);
        model.SaveHuggingFace(folder.Path);
        return folder;
    }

    /// <summary>transformers 5 has one object where 4 has two keys; both versions read the two keys, but 4 would pass over the object.</summary>
    private static void SpellRotaryEmbeddingAsTransformers4(JsonObject configuration)
    {
        if (configuration["rope_parameters"] is JsonObject parameters)
        {
            configuration.Remove("rope_parameters");
            configuration["rope_theta"] = parameters["rope_theta"]!.DeepClone();
            parameters.Remove("rope_theta");
            configuration["rope_scaling"] = parameters["rope_type"]!.GetValue<string>() == "default" ? null : parameters.DeepClone();
        }

        if (configuration["rope_scaling"] is not JsonObject scaling) return;
        Rename(scaling, "type", "rope_type");

        // Written out in any case, so that a reader with other defaults reads the same.
        int positions = configuration["max_position_embeddings"]!.GetValue<int>();
        string type = scaling["rope_type"]!.GetValue<string>();
        if (type is "yarn" or "llama3") scaling.TryAdd("original_max_position_embeddings", positions);
        if (type is not "yarn") return;
        scaling.TryAdd("beta_fast", 32);
        scaling.TryAdd("beta_slow", 1);
        scaling.TryAdd("truncate", true);
    }

    private static void Rename(JsonObject json, string from, string to)
    {
        if (json[from]?.DeepClone() is not { } value) return;
        json.Remove(from);
        json[to] = value is JsonValue text && text.ToString() == "float16" ? "float32" : value;
    }

    /// <summary>The same with every number as a double, so that 1 equals 1.0; fp16 weights are saved as fp32.</summary>
    private static JsonNode? Numbers(JsonNode? node) => node switch
    {
        JsonObject json => new JsonObject(json.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => KeyValuePair.Create(entry.Key, Numbers(entry.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Numbers)]),
        JsonValue value when value.GetValueKind() is JsonValueKind.Number => JsonValue.Create(value.Deserialize<double>()),
        JsonValue value when value.GetValueKind() is JsonValueKind.String && value.GetValue<string>() == "float16" => JsonValue.Create("float32"),
        _ => node?.DeepClone(),
    };

    private static JsonObject Read(string folder, string file) => JsonNode.Parse(File.ReadAllText(Path.Combine(folder, file)))!.AsObject();

    private static IEnumerable<KeyValuePair<string, (string Type, long[] Shape, byte[] Data)>> Tensors(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int length = (int)BitConverter.ToInt64(file);
        foreach ((string name, JsonNode? tensor) in JsonNode.Parse(file.AsSpan(8, length))!.AsObject())
        {
            if (name == "__metadata__") continue;
            int[] offsets = tensor!["data_offsets"].Deserialize<int[]>()!;
            yield return new(name, (tensor["dtype"]!.GetValue<string>(), tensor["shape"].Deserialize<long[]>()!, file[(8 + length + offsets[0])..(8 + length + offsets[1])]));
        }
    }

    private static byte[] Widen(byte[] halves) => [.. Enumerable.Range(0, halves.Length / 2).SelectMany(i => BitConverter.GetBytes((float)BitConverter.ToHalf(halves, 2 * i)))];
}

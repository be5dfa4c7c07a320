using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A GGUF file of a model with two layers and random weights, and what it should load as.</summary>
internal static class GgufTinyModel
{
    public const int Hidden = 64;
    public const int Intermediate = 96;
    public const int Layers = 2;
    public const int Heads = 4;
    public const int KeyValueHeads = 2;
    public const int HeadDimension = 16;

    public static readonly string[] Tokens = ["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a"];

    /// <summary>The metadata of a llama with a small SentencePiece vocabulary.</summary>
    public static GgufWriter Metadata() => new GgufWriter()
        .Set("general.architecture", "llama")
        .Set("llama.block_count", (uint)Layers)
        .Set("llama.context_length", 128u)
        .Set("llama.embedding_length", (uint)Hidden)
        .Set("llama.feed_forward_length", (uint)Intermediate)
        .Set("llama.attention.head_count", (uint)Heads)
        .Set("llama.attention.head_count_kv", (uint)KeyValueHeads)
        .Set("llama.attention.layer_norm_rms_epsilon", 1e-5f)
        .Set("llama.rope.freq_base", 50_000f)
        .Set("llama.rope.dimension_count", (uint)HeadDimension)
        .Set("tokenizer.ggml.model", "llama")
        .Set("tokenizer.ggml.tokens", Tokens)
        .Set("tokenizer.ggml.scores", new float[] { 0, 0, 0, -1, -2, -3, -4, -5 })
        .Set("tokenizer.ggml.token_type", new[] { 2, 3, 3, 1, 1, 1, 1, 1 });

    /// <summary>The same with weights, fp32; queries and keys permuted as the converter of llama.cpp permutes them.</summary>
    public static GgufWriter Model() => AddTensors(Metadata(), RandomWeights());

    /// <summary>Weights by their Hugging Face names, as the model of this configuration has them.</summary>
    public static IReadOnlyDictionary<string, (long[] Shape, float[] Values)> RandomWeights()
    {
        using GgufTemporaryFile file = Metadata().AddTensor("token_embd.weight", [Tokens.Length, Hidden], new float[Tokens.Length * Hidden]).Save();
        using var checkpoint = GgufCheckpoint.Open(file.Path);
        using var model = CausalLanguageModel.Create(checkpoint.Configuration, seed: 7);
        return Weights(model);
    }

    public static IReadOnlyDictionary<string, (long[] Shape, float[] Values)> Weights(CausalLanguageModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        return model.Weights().ToDictionary(weight => weight.Key, weight => (weight.Value.shape, weight.Value.cpu().contiguous().data<float>().ToArray()));
    }

    private static GgufWriter AddTensors(GgufWriter writer, IReadOnlyDictionary<string, (long[] Shape, float[] Values)> weights)
    {
        foreach ((string name, (long[] shape, float[] values)) in weights)
        {
            bool permuted = name.Contains("q_proj", StringComparison.Ordinal) || name.Contains("k_proj", StringComparison.Ordinal);
            writer.AddTensor(GgufName(name), shape, permuted ? Permute(values, (int)shape[^1]) : values);
        }

        return writer;
    }

    /// <summary>Row j D/2 + i of a head becomes row 2 i + j.</summary>
    private static float[] Permute(float[] values, int columns)
    {
        float[] permuted = new float[values.Length];
        for (int row = 0; row < values.Length / columns; row++)
        {
            int inHead = row % HeadDimension;
            int place = row - inHead + (2 * (inHead % (HeadDimension / 2))) + (inHead / (HeadDimension / 2));
            values.AsSpan(row * columns, columns).CopyTo(permuted.AsSpan(place * columns));
        }

        return permuted;
    }

    private static string GgufName(string name) => name
        .Replace("model.embed_tokens", "token_embd")
        .Replace("model.norm", "output_norm")
        .Replace("lm_head", "output")
        .Replace("model.layers.", "blk.")
        .Replace("input_layernorm", "attn_norm")
        .Replace("post_attention_layernorm", "ffn_norm")
        .Replace("self_attn.q_proj", "attn_q")
        .Replace("self_attn.k_proj", "attn_k")
        .Replace("self_attn.v_proj", "attn_v")
        .Replace("self_attn.o_proj", "attn_output")
        .Replace("mlp.gate_proj", "ffn_gate")
        .Replace("mlp.up_proj", "ffn_up")
        .Replace("mlp.down_proj", "ffn_down");
}

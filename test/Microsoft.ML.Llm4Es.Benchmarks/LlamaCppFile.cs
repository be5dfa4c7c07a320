using System.Text;
using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>Writes a model without biases as a GGUF file (version 3, github.com/ggml-org/ggml, docs/gguf.md) that llama.cpp opens to embed with. Its vocabulary has as many tokens as the model, none of them of any use.</summary>
internal sealed class LlamaCppFile : IDisposable
{
    private const int Alignment = 32;
    private const uint Float32 = 0;

    // Behind three special tokens and those of single bytes, without which llama.cpp takes no vocabulary.
    private const int FirstWord = 3 + 256;

    private readonly List<(string Key, object Value)> _metadata = [];
    private readonly List<(string Name, Tensor Values, uint Type)> _tensors = [];
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Takes a model's weights, matrices as <paramref name="type"/>.</summary>
    internal LlamaCppFile(CausalLanguageModel model, LlamaCppType type)
    {
        LanguageModelConfiguration shape = model.Configuration;
        Describe(shape);
        using var frozen = no_grad();
        var weights = new Queue<Tensor>(model.Parameters);
        Add("token_embd", weights.Dequeue(), type);
        for (int layer = 0; layer < shape.HiddenLayers; layer++)
        {
            string prefix = $"blk.{layer}.";
            Add(prefix + "attn_norm", weights.Dequeue(), type);
            long keys = shape.KeyValueHeads * shape.HeadDimension;
            Tensor[] projections = weights.Dequeue().split([shape.AttentionHeads * shape.HeadDimension, keys, keys], 0);
            Add(prefix + "attn_q", Interleave(projections[0], shape.HeadDimension), type);
            Add(prefix + "attn_k", Interleave(projections[1], shape.HeadDimension), type);
            Add(prefix + "attn_v", projections[2], type);
            Add(prefix + "attn_output", weights.Dequeue(), type);
            Add(prefix + "ffn_norm", weights.Dequeue(), type);
            Tensor[] gateAndUp = weights.Dequeue().chunk(2, 0);
            Add(prefix + "ffn_gate", gateAndUp[0], type);
            Add(prefix + "ffn_up", gateAndUp[1], type);
            Add(prefix + "ffn_down", weights.Dequeue(), type);
        }

        Add("output_norm", weights.Dequeue(), type);
    }

    internal void Save(string path)
    {
        using FileStream stream = File.Create(path);
        using var writer = new BinaryWriter(stream);
        writer.Write("GGUF"u8);
        writer.Write(3);
        writer.Write((long)_tensors.Count);
        writer.Write((long)_metadata.Count);
        foreach ((string key, object value) in _metadata)
        {
            Write(writer, key);
            WriteTyped(writer, value);
        }

        long offset = 0;
        foreach ((string name, Tensor values, uint type) in _tensors)
        {
            Write(writer, $"{name}.weight");
            writer.Write((int)values.dim());
            foreach (long dimension in values.shape.Reverse()) writer.Write(dimension);
            writer.Write(type);
            writer.Write(offset);
            offset += Aligned(values.NumberOfElements * values.ElementSize);
        }

        foreach ((_, Tensor values, _) in _tensors)
        {
            writer.Flush();
            writer.Write(new byte[Aligned(stream.Position) - stream.Position]);
            writer.Write(values.bytes);
        }
    }

    public void Dispose() => _scope.Dispose();

    private void Describe(LanguageModelConfiguration shape)
    {
        int count = shape.VocabularySize;
        _metadata.AddRange(
        [
            ("general.architecture", "llama"),
            ("general.name", "random weights"),
            ("llama.context_length", (uint)shape.MaxPositions),
            ("llama.embedding_length", (uint)shape.HiddenSize),
            ("llama.block_count", (uint)shape.HiddenLayers),
            ("llama.feed_forward_length", (uint)shape.IntermediateSize),
            ("llama.attention.head_count", (uint)shape.AttentionHeads),
            ("llama.attention.head_count_kv", (uint)shape.KeyValueHeads),
            ("llama.attention.layer_norm_rms_epsilon", (float)shape.RmsNormEpsilon),
            ("llama.rope.dimension_count", (uint)shape.HeadDimension),
            ("llama.rope.freq_base", (float)shape.RotaryEmbedding.Theta),
            ("llama.vocab_size", (uint)count),
            // 1: the mean over tokens (enum llama_pooling_type).
            ("llama.pooling_type", 1u),
            ("tokenizer.ggml.model", "llama"),
            ("tokenizer.ggml.tokens", Enumerable.Range(0, count).Select(Token).ToArray()),
            ("tokenizer.ggml.scores", new float[count]),
            // 2 is unknown, 3 control, 6 a byte and 1 a normal token (enum llama_token_type).
            ("tokenizer.ggml.token_type", Enumerable.Range(0, count).Select(id => id switch { 0 => 2, 1 or 2 => 3, < FirstWord => 6, _ => 1 }).ToArray()),
            ("tokenizer.ggml.bos_token_id", 1u),
            ("tokenizer.ggml.eos_token_id", 2u),
            ("tokenizer.ggml.unknown_token_id", 0u),
            ("tokenizer.ggml.add_bos_token", false),
            ("tokenizer.ggml.add_eos_token", false),
        ]);
    }

    private static string Token(int id) => id switch
    {
        0 => "<unk>",
        1 => "<s>",
        2 => "</s>",
        < FirstWord => $"<0x{id - 3:X2}>",
        _ => $"t{id}",
    };

    private void Add(string name, Tensor values, LlamaCppType type) =>
        _tensors.Add((name, values.to(values.dim() == 1 ? ScalarType.Float32 : type.Torch).contiguous(), values.dim() == 1 ? Float32 : type.Id));

    /// <summary>llama.cpp turns dimension 2 i with 2 i + 1, this library i with i + half.</summary>
    private static Tensor Interleave(Tensor weight, int headDimension) =>
        weight.view(-1, 2, headDimension / 2, weight.shape[1]).transpose(1, 2).reshape(weight.shape);

    private static long Aligned(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Write(BinaryWriter writer, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((long)bytes.Length);
        writer.Write(bytes);
    }

    /// <summary>Writes the number of a value's type (enum gguf_metadata_value_type), then the value.</summary>
    private static void WriteTyped(BinaryWriter writer, object value)
    {
        writer.Write(TypeOf(value.GetType()));
        if (value is not Array values)
        {
            WriteValue(writer, value);
            return;
        }

        writer.Write(TypeOf(values.GetType().GetElementType()!));
        writer.Write((long)values.Length);
        foreach (object item in values) WriteValue(writer, item);
    }

    private static void WriteValue(BinaryWriter writer, object value)
    {
        switch (value)
        {
            case uint number: writer.Write(number); break;
            case int number: writer.Write(number); break;
            case float number: writer.Write(number); break;
            case bool flag: writer.Write(flag); break;
            default: Write(writer, (string)value); break;
        }
    }

    private static int TypeOf(Type type) => type switch
    {
        _ when type == typeof(uint) => 4,
        _ when type == typeof(int) => 5,
        _ when type == typeof(float) => 6,
        _ when type == typeof(bool) => 7,
        _ when type.IsArray => 9,
        _ => 8,
    };
}

/// <summary>How llama.cpp keeps matrices.</summary>
internal readonly record struct LlamaCppType(string Name, uint Id, ScalarType Torch)
{
    internal static IReadOnlyList<LlamaCppType> All { get; } = [new("fp32", 0, ScalarType.Float32), new("fp16", 1, ScalarType.Float16), new("bf16", 30, ScalarType.BFloat16)];
}

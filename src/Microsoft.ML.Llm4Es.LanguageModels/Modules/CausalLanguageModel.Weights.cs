using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <content>The weights under their Hugging Face names, and into and out of files.</content>
public sealed partial class CausalLanguageModel
{
    /// <summary>Opens a Hugging Face folder: config.json and model.safetensors.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="device">Where to put the weights; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, asks for something that is not supported, or lacks a tensor.</exception>
    public static CausalLanguageModel LoadHuggingFace(string folder, Device? device = null)
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Load(folder);
        string path = Path.Combine(folder, "model.safetensors");
        if (!File.Exists(path)) throw new FileNotFoundException($"'{folder}' has no model.safetensors.", path);

        try
        {
            using FileStream file = File.OpenRead(path);
            return Read(configuration, file, device);
        }
        catch (InvalidDataException failure)
        {
            throw new InvalidDataException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>Reads weights that <see cref="WriteWeights"/> wrote, or any safetensors file of this shape.</summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="weights">The stream; read once, front to back.</param>
    /// <param name="device">Where to put the weights; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    /// <exception cref="InvalidDataException">The stream is damaged, or a tensor is missing, unexpected or of another shape.</exception>
    public static CausalLanguageModel Read(LanguageModelConfiguration configuration, Stream weights, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(weights);
        TorchRuntime.EnsureLoaded();

        var model = new CausalLanguageModel(configuration, device ?? CPU, (size, _) => empty(size, ScalarType.Float32));
        try
        {
            using DisposeScope scope = NewDisposeScope();
            Safetensors.ReadInto(weights, model.Weights());
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the weights as a safetensors file, fp32.</summary>
    /// <param name="weights">The stream; written once, front to back.</param>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public void WriteWeights(Stream weights)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ObjectDisposedException.ThrowIf(_disposed, this);

        using DisposeScope scope = NewDisposeScope();
        Safetensors.Write(weights, Weights());
    }

    /// <summary>Views of the weights by their Hugging Face names; they belong to the current dispose scope.</summary>
    internal IReadOnlyDictionary<string, Tensor> Weights()
    {
        using IDisposable noGradients = no_grad();
        var weights = new Dictionary<string, Tensor> { ["model.embed_tokens.weight"] = _embedding.Parameter.detach() };
        long queries = (long)Configuration.AttentionHeads * Configuration.HeadDimension, keys = (long)Configuration.KeyValueHeads * Configuration.HeadDimension;
        long intermediate = Configuration.IntermediateSize;
        for (int i = 0; i < _layers.Length; i++)
        {
            DecoderLayer layer = _layers[i];
            string name = $"model.layers.{i}.";
            Tensor projection = layer.Attention.QueryKeyValue.Parameter.detach(), gateUp = layer.FeedForward.GateUp.Parameter.detach();
            weights[name + "input_layernorm.weight"] = layer.AttentionNorm.Parameter.detach();
            weights[name + "self_attn.q_proj.weight"] = projection.narrow(0, 0, queries);
            weights[name + "self_attn.k_proj.weight"] = projection.narrow(0, queries, keys);
            weights[name + "self_attn.v_proj.weight"] = projection.narrow(0, queries + keys, keys);
            weights[name + "self_attn.o_proj.weight"] = layer.Attention.Output.Parameter.detach();
            weights[name + "post_attention_layernorm.weight"] = layer.FeedForwardNorm.Parameter.detach();
            weights[name + "mlp.gate_proj.weight"] = gateUp.narrow(0, 0, intermediate);
            weights[name + "mlp.up_proj.weight"] = gateUp.narrow(0, intermediate, intermediate);
            weights[name + "mlp.down_proj.weight"] = layer.FeedForward.Down.Parameter.detach();
        }

        weights["model.norm.weight"] = _norm.Parameter.detach();
        if (_head is not null) weights["lm_head.weight"] = _head.Parameter.detach();
        return weights;
    }
}

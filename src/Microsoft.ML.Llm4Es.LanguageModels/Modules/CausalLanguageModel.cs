using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A decoder-only language model: embedding, decoder layers, norm, head. Reading hidden states is safe from several threads at once; they share one set
/// of weights. Training, loading weights and disposing are not.
/// </summary>
public sealed partial class CausalLanguageModel : IDisposable
{
    private readonly Weight _embedding;
    private readonly DecoderLayer[] _layers;
    private readonly Weight _norm;
    private readonly Weight? _head;
    private readonly RotaryEmbedding _rotary;
    private ComputePrecision _precision;
    private bool _disposed;

    private CausalLanguageModel(LanguageModelConfiguration configuration, Device device, Func<long[], double, Tensor> initialise)
    {
        Configuration = configuration;
        Device = device;
        _rotary = new RotaryEmbedding(configuration);

        int hidden = configuration.HiddenSize, intermediate = configuration.IntermediateSize;
        int queries = configuration.AttentionHeads * configuration.HeadDimension, keys = configuration.KeyValueHeads * configuration.HeadDimension;
        _embedding = Matrix(configuration.VocabularySize, hidden);
        _layers = [.. Enumerable.Range(0, configuration.HiddenLayers).Select(_ => Layer())];
        _norm = Ones(hidden);
        _head = configuration.TieWordEmbeddings ? null : Matrix(configuration.VocabularySize, hidden);

        DecoderLayer Layer() => new(
            new Attention(configuration, Matrix(queries + 2 * keys, hidden), Matrix(hidden, queries)),
            new FeedForward(Matrix(2 * intermediate, hidden), Matrix(hidden, intermediate)),
            Ones(hidden),
            Ones(hidden),
            configuration.RmsNormEpsilon);

        Weight Matrix(long rows, long columns) => New(initialise([rows, columns], configuration.InitializerRange));

        Weight Ones(long size) => New(ones(size, ScalarType.Float32));

        Weight New(Tensor values)
        {
            using (values) return new Weight(values.to(device, copy: true));
        }
    }

    /// <summary>Gets the shape of the model.</summary>
    public LanguageModelConfiguration Configuration { get; }

    /// <summary>Gets the device that the weights are on.</summary>
    public Device Device { get; }

    /// <summary>Gets or sets the precision of matrix products. Default <see cref="ComputePrecision.Auto"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is none of the enumeration's.</exception>
    public ComputePrecision Precision
    {
        get => _precision;
        set => _precision = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Auto, Float32 or BFloat16 is expected.");
    }

    /// <summary>Gets the fp32 weights that training changes. The model owns them.</summary>
    public IReadOnlyList<Parameter> Parameters => [.. AllWeights().Select(weight => weight.Parameter)];

    /// <summary>Gets the head's weights <c>[vocabulary, hidden]</c>, the embedding's where they are tied. The model owns them.</summary>
    public Tensor Head => (_head ?? _embedding).Parameter;

    /// <summary>Makes a model with random weights: normal with <see cref="LanguageModelConfiguration.InitializerRange"/>, norms 1, as transformers does.</summary>
    /// <param name="configuration">The shape.</param>
    /// <param name="seed">The seed; the same seed gives the same weights, whatever the global generator's state.</param>
    /// <param name="device">Where to put the weights; null for the CPU.</param>
    /// <returns>The model; the caller disposes it.</returns>
    public static CausalLanguageModel Create(LanguageModelConfiguration configuration, int seed, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        TorchRuntime.EnsureLoaded();

        // Drawn on the CPU, so that the weights do not depend on the device.
        using var generator = new Generator((ulong)(uint)seed);
        return new CausalLanguageModel(configuration, device ?? CPU, (size, deviation) => randn(size, ScalarType.Float32, generator: generator).mul_(deviation));
    }

    /// <summary>Computes the hidden states of a batch.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="observe">
    /// Called with i and the hidden states <c>[tokens, hidden]</c> after layer i, i = 0 (the embeddings) to <see cref="LanguageModelConfiguration.HiddenLayers"/>;
    /// the last are those after the final norm, as in transformers. The tensors are freed after the call unless gradients are recorded.
    /// </param>
    /// <returns>The hidden states after the final norm, <c>[tokens, hidden]</c>, fp32; the caller owns them.</returns>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Tensor HiddenStates(TokenBatch batch, Action<int, Tensor>? observe = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ObjectDisposedException.ThrowIf(_disposed, this);
        CheckIds(batch);

        using DisposeScope scope = NewDisposeScope();
        ScalarType compute = TorchRuntime.ComputeType(Precision, Device);
        (Tensor cos, Tensor sin) = _rotary.Angles(batch, Device);
        (cos, sin) = (cos.to(compute), sin.to(compute));
        Tensor ids = tensor(batch.Ids, device: Device);
        Tensor x = TorchKernels.Embedding(_embedding.Parameter, ids);
        observe?.Invoke(0, x);
        for (int i = 0; i < _layers.Length; i++)
        {
            using DisposeScope layer = NewDisposeScope();
            Tensor before = x;
            x = _layers[i].Forward(x, batch, cos, sin).MoveToOuterDisposeScope();
            if (!is_grad_enabled()) before.Dispose();
            if (i < _layers.Length - 1) observe?.Invoke(i + 1, x);
        }

        x = TorchKernels.RmsNorm(x, _norm.Parameter, Configuration.RmsNormEpsilon);
        observe?.Invoke(_layers.Length, x);
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits of hidden states.</summary>
    /// <param name="hidden">Hidden states after the final norm, <c>[tokens, hidden]</c>.</param>
    /// <returns>The logits <c>[tokens, vocabulary]</c>, fp32; the caller owns them.</returns>
    /// <exception cref="ObjectDisposedException">The model is disposed.</exception>
    public Tensor Logits(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        ObjectDisposedException.ThrowIf(_disposed, this);

        using DisposeScope scope = NewDisposeScope();
        ScalarType compute = TorchRuntime.ComputeType(Precision, Device);
        return nn.functional.linear(hidden.to(compute), (_head ?? _embedding).As(compute)).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the weights.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        foreach (Weight weight in AllWeights()) weight.Dispose();
    }

    /// <summary>To be called after the weights have changed: copies in the compute type are made anew.</summary>
    internal void WeightsChanged()
    {
        foreach (Weight weight in AllWeights()) weight.Changed();
    }

    private IEnumerable<Weight> AllWeights()
    {
        yield return _embedding;
        foreach (DecoderLayer layer in _layers)
        {
            yield return layer.AttentionNorm;
            yield return layer.Attention.QueryKeyValue;
            yield return layer.Attention.Output;
            yield return layer.FeedForwardNorm;
            yield return layer.FeedForward.GateUp;
            yield return layer.FeedForward.Down;
        }

        yield return _norm;
        if (_head is not null) yield return _head;
    }

    /// <summary>libtorch reads outside of the embedding for an id outside of the vocabulary.</summary>
    private void CheckIds(TokenBatch batch)
    {
        foreach (long id in batch.Ids)
        {
            if ((ulong)id >= (ulong)Configuration.VocabularySize)
                throw new ArgumentOutOfRangeException(nameof(batch), id, $"The token id is outside of the model's vocabulary of {Configuration.VocabularySize}: tokenizer and model do not belong together.");
        }
    }
}

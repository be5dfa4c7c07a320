using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A decoder-only language model of the LLaMA family: token ids to hidden states, hidden states to the logits of the next token.</summary>
/// <remarks>
/// Weights are 32-bit, or 16-bit where a model was loaded so (<see cref="WeightPrecision"/>). Matrix products and attention are computed in <see cref="Precision"/>; the residual stream, norms, rotations and logits' results
/// are 32-bit. In bfloat16, hidden states of the reference models are 1 to 2 % (of their norm) away from 32-bit ones, pooled vectors up to 1.2 %. Under <c>torch.no_grad()</c> any number of threads may compute at once, and intermediate results are freed layer by layer;
/// with gradients on, the graph keeps what the backward pass needs. Changing weights while another thread computes is not supported.
/// </remarks>
public sealed class CausalLanguageModel : IDisposable
{
    private readonly ModelWeights _weights;
    private readonly MasterWeight _embedding;
    private readonly MasterWeight _head;
    private readonly RotaryEmbedding _rotaryEmbedding;
    private readonly RmsNorm _finalNorm;
    private bool _disposed;

    private CausalLanguageModel(LanguageModelConfiguration configuration, Device device, ModelWeights weights)
    {
        Configuration = configuration;
        Device = device;
        WeightPrecision = weights.Type is ScalarType.BFloat16 ? ComputePrecision.BFloat16 : ComputePrecision.Float32;
        _weights = weights;
        _embedding = weights[WeightLayout.Embedding];
        _head = configuration.TieWordEmbeddings ? _embedding : weights[WeightLayout.Head];
        _rotaryEmbedding = new(configuration);
        _finalNorm = new(weights[WeightLayout.FinalNorm], configuration.RmsNormEpsilon);
        Layers = [.. Enumerable.Range(0, configuration.HiddenLayers).Select(layer => new DecoderLayer(configuration, layer, weights))];
        Precision = ComputePrecision.Auto;
    }

    /// <summary>Gets the sizes and settings.</summary>
    public LanguageModelConfiguration Configuration { get; }

    /// <summary>Gets the device that holds the weights.</summary>
    public Device Device { get; }

    /// <summary>
    /// Gets what the weights are kept in: <see cref="ComputePrecision.Float32"/>, or <see cref="ComputePrecision.BFloat16"/> where the model was loaded so. In bfloat16
    /// they take half the memory and cannot be trained; adapters on top of them can.
    /// </summary>
    public ComputePrecision WeightPrecision { get; }

    /// <summary>
    /// Gets or sets what matrix products and attention are computed in. Default: <see cref="ComputePrecision.Auto"/>, which reads back as what it stands for on
    /// <see cref="Device"/>; for weights in bfloat16 that is bfloat16. Where it differs from <see cref="WeightPrecision"/>, a second copy of the weights is kept.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public ComputePrecision Precision
    {
        get;
        set
        {
            field = value is ComputePrecision.Auto && WeightPrecision is ComputePrecision.BFloat16 ? WeightPrecision : ComputeType.Resolve(value, Device);
            _weights.DropCopies();
        }
    }

    /// <summary>Gets the weights, in the order in which data flows. Queries, keys and values share one parameter, as do gate and up.</summary>
    public IReadOnlyList<Parameter> Parameters => _weights.Parameters;

    /// <summary>Gets the output head, in <see cref="WeightPrecision"/>, <c>[vocabulary, hidden]</c>: the embedding where the two are tied. It belongs to the model.</summary>
    public Tensor Head => _head.Parameter;

    internal IReadOnlyList<DecoderLayer> Layers { get; }

    /// <summary>Gets what training changes: the parameters that are not frozen, and the adapter's. Order and names depend on configuration and tuning alone, so that a checkpoint of a run can use them.</summary>
    internal IReadOnlyList<NamedParameter> TrainableParameters =>
        [.. _weights.Layouts.Zip(_weights.Parameters, (layout, parameter) => new NamedParameter(layout.Name, parameter)).Concat(Adapter?.NamedParameters ?? []).Where(named => named.Parameter.requires_grad)];

    /// <summary>Gets the number of weights that training changes: those that are not frozen, and those of an adapter that is attached.</summary>
    public long TrainableWeights => TrainableParameters.Sum(named => named.Parameter.numel());

    /// <summary>Gets or sets the adapter that is attached, which <see cref="LoraAdapter.Attach"/> does.</summary>
    internal LoraAdapter? Adapter { get; set; }

    /// <summary>Makes a model with random weights: matrices normal with standard deviation <see cref="LanguageModelConfiguration.InitializerRange"/>, norms 1, biases 0.</summary>
    /// <param name="configuration">The sizes and settings.</param>
    /// <param name="seed">Determines the weights, whatever else draws random numbers.</param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">Two settings do not fit together.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static CausalLanguageModel Create(LanguageModelConfiguration configuration, int seed, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        configuration.Validate();
        TorchRuntime.EnsureLoaded();
        device ??= CPU;
        ModelWeights weights = new(configuration, device);
        WeightInitialization.Fill(weights, configuration.InitializerRange, seed);
        return new(configuration, device, weights);
    }

    /// <summary>Loads a Hugging Face model folder: <c>config.json</c> with <c>model.safetensors</c>, or its shards and <c>model.safetensors.index.json</c>.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <param name="weights">What to keep the weights in, whatever they are stored in; see <see cref="WeightPrecision"/>. Auto: bfloat16 where the device computes in it.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The configuration is not supported, or a weight is missing, unexpected, misshapen, truncated or not finite; the message names it and the file.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static CausalLanguageModel LoadHuggingFace(string folder, Device? device = null, ComputePrecision weights = ComputePrecision.Float32)
    {
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Load(folder);
        using SafetensorsFolder source = new(folder);
        return Load(configuration, source, device, weights);
    }

    /// <summary>Loads a GGUF file, the format of llama.cpp and Ollama. Its tokenizer and chat template: <see cref="GgufCheckpoint"/>.</summary>
    /// <param name="path">The .gguf file.</param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <param name="weights">What to turn the weights into; see <see cref="WeightPrecision"/>. Auto: bfloat16 where the device computes in it.</param>
    /// <returns>The model, to be disposed by the caller. Weights may be stored as F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 or Q2_K to Q6_K.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or asks for something that is not supported, or a weight is missing, unexpected, misshapen or not finite; the message names it and the file.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static CausalLanguageModel LoadGguf(string path, Device? device = null, ComputePrecision weights = ComputePrecision.Float32)
    {
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        return Load(checkpoint.Configuration, checkpoint, device, weights);
    }

    /// <summary>Reads weights that <see cref="WriteWeights"/> wrote.</summary>
    /// <param name="configuration">The sizes and settings of the model that was written.</param>
    /// <param name="stream">Stands at the first byte of the weights; need not seek. Left open, behind the last byte.</param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <param name="weights">What to keep the weights in, whatever was written; see <see cref="WeightPrecision"/>.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="InvalidDataException">The weights are not those of such a model, or damaged.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static CausalLanguageModel Read(LanguageModelConfiguration configuration, Stream stream, Device? device = null, ComputePrecision weights = ComputePrecision.Float32)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(stream);
        configuration.Validate();
        SafetensorsReader source = new(stream, "the stored weights");
        return Load(configuration, source, device, weights);
    }

    /// <summary>Reads the weights of a Hugging Face folder, into 32 bits, for a configuration that is kept elsewhere; the folder's own is not read.</summary>
    /// <param name="configuration">The sizes and settings.</param>
    /// <param name="folder">The folder: model.safetensors, or its shards and their index.</param>
    /// <param name="device">Where to keep the weights and compute.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">Two settings do not fit together.</exception>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">A weight is missing, unexpected, misshapen, truncated or not finite; the message names it and the file.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static CausalLanguageModel Read(LanguageModelConfiguration configuration, string folder, Device device)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(device);
        configuration.Validate();
        using SafetensorsFolder source = new(folder);
        return Load(configuration, source, device, ComputePrecision.Float32);
    }

    /// <summary>Loads weights from any store that names them as Hugging Face does.</summary>
    internal static CausalLanguageModel Load(LanguageModelConfiguration configuration, IWeightSource source, Device? device, ComputePrecision weights)
    {
        TorchRuntime.EnsureLoaded();
        device ??= CPU;
        ScalarType type = ComputeType.Of(ComputeType.Resolve(weights, device));
        return new(configuration, device, WeightLoader.Load(configuration, source, device, type));
    }

    /// <summary>Copies the model. An adapter that is attached is not copied.</summary>
    /// <param name="device">Where to keep the copy; that of this model by default.</param>
    /// <returns>A model of the same weights and precision, to be disposed by the caller.</returns>
    public CausalLanguageModel Clone(Device? device = null)
    {
        using DisposeScope scope = NewDisposeScope();
        CausalLanguageModel copy = Load(Configuration, new ModelCopy(this), device ?? Device, WeightPrecision);
        copy.Precision = Precision;
        return copy;
    }

    /// <summary>Writes the weights as one safetensors file, in <see cref="WeightPrecision"/>, tensor by tensor: nothing is held twice.</summary>
    /// <param name="stream">Where to write; need not seek. Left open.</param>
    public void WriteWeights(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using DisposeScope scope = NewDisposeScope();
        SafetensorsWriter.Write(stream, [.. _weights.Views()]);
    }

    /// <summary>Gets the weights under their Hugging Face names, as views without gradient: to write into one changes the model.</summary>
    /// <returns>The views; they belong to the caller's dispose scope, or to the caller.</returns>
    public IReadOnlyDictionary<string, Tensor> Weights() => _weights.Views().ToDictionary(StringComparer.Ordinal);

    /// <summary>Gets the gradients under the Hugging Face names of the weights; those of parameters without one are absent.</summary>
    internal IReadOnlyDictionary<string, Tensor> Gradients()
    {
        Dictionary<string, Tensor> gradients = [];
        foreach ((WeightLayout layout, Parameter parameter) in _weights.Layouts.Zip(_weights.Parameters))
        {
            if (parameter.grad is not { } gradient) continue;
            foreach ((string name, Tensor part) in ModelWeights.Parts(layout, gradient)) gradients.Add(name, part);
        }

        return gradients;
    }

    /// <summary>
    /// Saves a folder that this library and Hugging Face's transformers load: config.json, generation_config.json, model.safetensors in <see cref="WeightPrecision"/>,
    /// tokenizer.json and tokenizer_config.json. With a chat template: <see cref="PretrainedLanguageModel.SaveHuggingFace"/>.
    /// </summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <param name="tokenizer">The model's tokenizer; without one there are no files of it.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SaveHuggingFace(string folder, LanguageModelTokenizer? tokenizer = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        using StagedFiles files = new(folder);
        HuggingFaceFolder.Stage(files, this);
        if (tokenizer is not null)
            HuggingFaceFolder.Stage(files, Configuration, tokenizer, TokenizerConfiguration.None.SpecialTokens(Configuration, tokenizer), chatTemplates: new Dictionary<string, string>());
        files.Commit();
    }

    /// <summary>Frees the copies in other precisions of the weights that are not frozen. To be called where they change in a way that autograd does not see, as a fused optimiser does it.</summary>
    internal void WeightsChanged()
    {
        foreach (WeightLayout layout in _weights.Layouts)
        {
            MasterWeight weight = _weights[layout.Name];
            if (weight.Parameter.requires_grad) weight.DropCopy();
        }
    }

    /// <summary>Finds the projection that computes with a parameter.</summary>
    internal Linear Projection(string weight) =>
        Layers.SelectMany(layer => new[] { layer.Attention.QueryKeyValue, layer.Attention.Output, layer.FeedForward.GateUp, layer.FeedForward.Down })
            .Single(projection => ReferenceEquals(projection.Weight, _weights[weight]));

    /// <summary>Freezes all but the last <paramref name="count"/> decoder layers, the final norm, and the head unless it is the embedding: only those are trained from here on.</summary>
    /// <remarks>Layers below the first that is trained take no part in the backward pass and keep nothing for it, so that a step is faster and smaller.</remarks>
    /// <param name="count">The number of layers; all layers still leave the embedding frozen.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many layers, or the number is below 1.</exception>
    /// <exception cref="InvalidOperationException">An adapter is attached, or the weights are kept in bfloat16.</exception>
    public void TrainLastLayers(int count)
    {
        if (count < 1 || count > Layers.Count) throw new ArgumentOutOfRangeException(nameof(count), count, $"The model has {Layers.Count} layers: from 1 to {Layers.Count} of them can be trained.");
        RequireTrainable();
        foreach (WeightLayout layout in _weights.Layouts)
            _weights[layout.Name].Parameter.requires_grad = layout.Name != WeightLayout.Embedding && (NamedParameter.LayerOf(layout.Name) ?? Layers.Count) >= Layers.Count - count;
    }

    /// <summary>Trains all weights again, after <see cref="TrainLastLayers"/>.</summary>
    /// <exception cref="InvalidOperationException">An adapter is attached, or the weights are kept in bfloat16.</exception>
    public void TrainAll()
    {
        RequireTrainable();
        foreach (Parameter parameter in Parameters) parameter.requires_grad = true;
    }

    /// <summary>Computes the hidden states of every token, after the final norm.</summary>
    /// <param name="batch">Rows of token ids.</param>
    /// <param name="observe">
    /// Called with i and float32 <c>[tokens, hidden]</c> for i = 0 (embeddings), 1 .. L - 1 (behind that many layers) and L (the result), as transformers
    /// counts. The tensor belongs to the model and is freed after the call.
    /// </param>
    /// <returns>float32 <c>[tokens, hidden]</c>, rows end to end; owned by the caller's dispose scope, or the caller.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A token id is outside the vocabulary.</exception>
    public Tensor HiddenStates(TokenBatch batch, Action<int, Tensor>? observe = null) => HiddenStates(batch, Layers.Count, observe);

    /// <summary>Computes hidden states <paramref name="last"/>, as transformers counts, and none of the layers above.</summary>
    internal Tensor HiddenStates(TokenBatch batch, int last, Action<int, Tensor>? observe, CachePass? cache = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        CheckIds(batch);
        using DisposeScope scope = NewDisposeScope();
        BatchContext context = Context(batch, cache, mayUseKernels: !is_grad_enabled());
        Tensor x = Embed(batch);
        int frozen = FrozenLayers();
        for (int layer = 0; layer < last; layer++)
        {
            observe?.Invoke(layer, x);
            using IDisposable? withoutGraph = layer < frozen ? no_grad() : null;
            Tensor next = Layers[layer].Forward(x, context);
            x.Dispose();
            x = next;
        }

        Tensor result = last == Layers.Count ? Normalize(x) : x;
        observe?.Invoke(last, result);
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>Computes what every layer needs of a batch; its tensors belong to the current dispose scope.</summary>
    internal BatchContext Context(TokenBatch batch, CachePass? cache = null, bool mayUseKernels = false)
    {
        (Tensor cos, Tensor sin) = cache?.Positions is { } positions ? _rotaryEmbedding.Tables(positions, Device) : _rotaryEmbedding.Tables(batch, Device);
        ScalarType type = ComputeType.Of(Precision);
        return new(batch, cos, sin, type, cache, mayUseKernels && cache is null && Device.type is DeviceType.CPU && type is ScalarType.BFloat16 && CpuKernel.IsSupported);
    }

    /// <summary>Looks up the embeddings, float32 <c>[tokens, hidden]</c>: the input of the first layer.</summary>
    internal Tensor Embed(TokenBatch batch) => TorchScript.Embedding(_embedding.Parameter, batch.ToTensor(Device)).to(ScalarType.Float32);

    /// <summary>Applies the final norm to the output of the last layer.</summary>
    internal Tensor Normalize(Tensor x) => _finalNorm.Forward(x);

    /// <summary>Computes the logits of the next token from hidden states: their product with <see cref="Head"/>.</summary>
    /// <param name="hidden"><c>[.., hidden]</c>.</param>
    /// <returns>float32 <c>[.., vocabulary]</c>; owned by the caller's dispose scope, or the caller. A batch's logits can be far larger than the model: pass few rows at a time.</returns>
    public Tensor Logits(Tensor hidden)
    {
        ArgumentNullException.ThrowIfNull(hidden);
        using DisposeScope scope = NewDisposeScope();
        ScalarType type = ComputeType.Of(Precision);
        Tensor logits = nn.functional.linear(hidden.to(type), _head.As(type));
        return logits.to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits of the token that follows each row.</summary>
    /// <param name="batch">Whole rows; or the newest token of each row, where <paramref name="cache"/> says so.</param>
    /// <param name="cache">Where keys and values are kept for tokens to come; without one they are not.</param>
    /// <returns>float32 <c>[rows, vocabulary]</c>; owned by the caller's dispose scope, or the caller.</returns>
    internal Tensor NextTokenLogits(TokenBatch batch, CachePass? cache = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor hidden = HiddenStates(batch, Layers.Count, observe: null, cache);
        if (batch.TokenCount == batch.RowCount) return Logits(hidden).MoveToOuterDisposeScope();

        long end = -1;
        long[] lastTokens = [.. batch.Lengths.Select(length => end += length)];
        return Logits(hidden.index_select(0, tensor(lastTokens, ScalarType.Int64, Device))).MoveToOuterDisposeScope();
    }

    /// <summary>Whether one more token changes what the model makes of all tokens of a row of so many, which is therefore computed anew, token by token.</summary>
    internal bool DependsOnLength(int rowLength) => _rotaryEmbedding.IsStretched(rowLength);

    /// <summary>Frees the weights, and detaches the adapter where there is one.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Adapter?.Detach();
        _weights.Dispose();
    }

    private void RequireTrainable()
    {
        if (Adapter is not null) throw new InvalidOperationException("An adapter is attached, which trains in place of the model's weights. Detach or merge it first.");
        if (WeightPrecision is ComputePrecision.BFloat16)
            throw new InvalidOperationException("The weights are kept in bfloat16, in which small steps would be lost. Load the model with weights: ComputePrecision.Float32, or attach an adapter.");
    }

    /// <summary>Counts the layers below the first parameter that is trained: no gradient needs to reach them.</summary>
    internal int FrozenLayers() => is_grad_enabled()
        ? TrainableParameters.Min(named => named.Name == WeightLayout.Embedding ? 0 : NamedParameter.LayerOf(named.Name)) ?? Layers.Count
        : 0;

    private void CheckIds(TokenBatch batch)
    {
        foreach (int id in batch.Ids)
        {
            if ((uint)id >= (uint)Configuration.VocabularySize)
                throw new ArgumentOutOfRangeException(nameof(batch), id, $"A token id is outside the vocabulary of {Configuration.VocabularySize}. Expected the tokenizer that belongs to the model.");
        }
    }
}

using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A low-rank adapter (LoRA, Hu et al., arXiv 2106.09685): small matrices that are trained in place of a model's weights.</summary>
/// <remarks>
/// An adapted projection computes W x + scale · B A x, where A is <c>[rank, in]</c> and B <c>[out, rank]</c>. The matrices are 32-bit, whatever the model computes in.
/// <code>
/// using LoraAdapter adapter = LoraAdapter.Create(model.Configuration, new LoraOptions { Rank = 16 }, model.Device);
/// adapter.Attach(model);
/// new CausalLanguageModelTrainer(model, training).Train(sequences);
/// adapter.Save("adapter");   // for this library and peft
/// adapter.Merge();           // or keep it attached
/// </code>
/// </remarks>
public sealed class LoraAdapter : IDisposable
{
    private readonly SeededDropout _dropout;
    private readonly List<LowRankUpdate> _updates = [];
    private readonly List<Parameter> _frozen = [];
    private CausalLanguageModel? _model;

    private LoraAdapter(LanguageModelConfiguration configuration, LoraOptions options, Device device)
    {
        Options = options;
        Device = device;
        _dropout = new(options.Dropout, options.Seed);
        using DisposeScope scope = NewDisposeScope();
        using Generator generator = new(unchecked((ulong)options.Seed), CPU);
        foreach (WeightLayout layout in WeightLayout.Of(configuration).Where(layout => LowRankUpdate.Adapts(layout, options)))
            _updates.Add(new(layout, place: _updates.Count, options, _dropout, generator, device));
    }

    /// <summary>Gets the settings.</summary>
    public LoraOptions Options { get; }

    /// <summary>Gets or sets the model that the adapter is for, as a Hugging Face id or folder; peft keeps it with the adapter. Default: not told.</summary>
    public string? BaseModelName { get; set; }

    /// <summary>Gets the trained matrices under peft's names, in the order in which data flows: of each projection <c>lora_A</c> <c>[rank, in]</c>, then <c>lora_B</c> <c>[out, rank]</c>. They belong to the adapter.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters => NamedParameters.ToDictionary(named => named.Name, named => named.Parameter, StringComparer.Ordinal);

    /// <summary>Gets whether a model computes with the adapter.</summary>
    public bool IsAttached => _model is not null;

    /// <summary>Gets the device that holds the matrices.</summary>
    public Device Device { get; }

    internal IEnumerable<NamedParameter> NamedParameters => _updates.SelectMany(update => update.Factors).SelectMany(factors => factors.Parameters);

    /// <summary>Makes a new adapter, which changes nothing until it is trained: A is random, B is 0.</summary>
    /// <param name="configuration">The model that it is for.</param>
    /// <param name="options">The settings.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <returns>The adapter, to be disposed by the caller.</returns>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static LoraAdapter Create(LanguageModelConfiguration configuration, LoraOptions options, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(options);
        configuration.Validate();
        TorchRuntime.EnsureLoaded();
        return new(configuration, options, device ?? CPU);
    }

    /// <summary>Loads an adapter that this library or peft saved: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <param name="configuration">The model that it is for.</param>
    /// <param name="folder">The adapter's folder.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <returns>The adapter, not attached; to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">A file is missing.</exception>
    /// <exception cref="InvalidDataException">The adapter uses something that is not supported, or a matrix is missing, unexpected, misshapen or not finite; the message names it and the file.</exception>
    public static LoraAdapter Load(LanguageModelConfiguration configuration, string folder, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return LoraCheckpoint.Load(configuration, folder, device);
    }

    /// <summary>Reads an adapter that <see cref="ToJson"/> and <see cref="WriteWeights"/> wrote.</summary>
    /// <param name="configuration">The model that it is for.</param>
    /// <param name="json">The settings.</param>
    /// <param name="stream">Stands at the first byte of the matrices; need not seek. Left open, behind the last byte.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <returns>The adapter, not attached; to be disposed by the caller.</returns>
    /// <exception cref="InvalidDataException">The adapter is damaged, not supported, or not one of such a model.</exception>
    public static LoraAdapter Read(LanguageModelConfiguration configuration, string json, Stream stream, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(stream);
        SafetensorsReader source = new(stream, "the stored adapter");
        return LoraCheckpoint.Read(configuration, Encoding.UTF8.GetBytes(json), "the stored adapter's settings", source, device);
    }

    /// <summary>Lets a model compute with the adapter, and freezes the model's own weights: only the adapter is trained from here on.</summary>
    /// <param name="model">A model of the configuration that the adapter was made for, on the same device.</param>
    /// <exception cref="ArgumentException">The model is of another shape or on another device.</exception>
    /// <exception cref="InvalidOperationException">The adapter is attached already, or the model has one.</exception>
    public void Attach(CausalLanguageModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        CheckFits(model);
        if (_model is not null) throw new InvalidOperationException("The adapter is attached to a model already. Detach it first.");
        if (model.Adapter is not null) throw new InvalidOperationException("The model has an adapter already. Detach or merge that one first.");

        foreach (LowRankUpdate update in _updates) model.Projection(update.Weight).Adapter = update;
        foreach (Parameter parameter in model.Parameters.Where(parameter => parameter.requires_grad))
        {
            parameter.requires_grad = false;
            _frozen.Add(parameter);
        }

        model.Adapter = this;
        _model = model;
    }

    /// <summary>Lets the model compute without the adapter again; weights that <see cref="Attach"/> froze are trained again. Without a model it does nothing.</summary>
    public void Detach()
    {
        if (_model is null) return;
        foreach (LowRankUpdate update in _updates) _model.Projection(update.Weight).Adapter = null;
        foreach (Parameter parameter in _frozen) parameter.requires_grad = true;
        _frozen.Clear();
        _model.Adapter = null;
        _model = null;
    }

    /// <summary>Adds the adapter to the weights of the model that it is attached to, and detaches it: the model computes the same (to rounding) without it. The adapter can still be saved.</summary>
    /// <exception cref="InvalidOperationException">The adapter is not attached.</exception>
    public void Merge()
    {
        CausalLanguageModel model = _model ?? throw new InvalidOperationException("The adapter is not attached to a model. Attach it first; what was merged once is part of the weights.");
        Detach();
        foreach (LowRankUpdate update in _updates) update.MergeInto(model.Projection(update.Weight).Weight.Parameter);
    }

    /// <summary>Saves the adapter in peft's format: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        LoraCheckpoint.Save(this, folder);
    }

    /// <summary>Writes the settings as <c>adapter_config.json</c> has them.</summary>
    /// <returns>The JSON text.</returns>
    public string ToJson() => PeftConfiguration.Write(Options, BaseModelName);

    /// <summary>Writes the matrices as one safetensors file, sorted by name as peft's are.</summary>
    /// <param name="stream">Where to write; need not seek. Left open.</param>
    public void WriteWeights(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SafetensorsWriter.Write(stream, [.. NamedParameters.OrderBy(named => named.Name, StringComparer.Ordinal).Select(named => KeyValuePair.Create<string, Tensor>(named.Name, named.Parameter))]);
    }

    /// <summary>Detaches the adapter and frees its matrices.</summary>
    public void Dispose()
    {
        Detach();
        foreach (LowRankUpdate update in _updates) update.Dispose();
    }

    /// <summary>Chooses what dropout zeroes in the batch that comes.</summary>
    internal void StartBatch(int step, int batch) => _dropout.StartBatch(step, batch);

    private void CheckFits(CausalLanguageModel model)
    {
        WeightLayout[] layouts = [.. WeightLayout.Of(model.Configuration).Where(layout => LowRankUpdate.Adapts(layout, Options))];
        bool fits = layouts.Length == _updates.Count && layouts.Zip(_updates).All(pair => pair.Second.Fits(pair.First));
        if (!fits) throw new ArgumentException("The adapter was made for a model of another shape. Expected one of the configuration that was passed to Create or Load.", nameof(model));
        if (model.Device.type != Device.type || model.Device.index != Device.index)
            throw new ArgumentException($"The adapter is on {Device}, the model on {model.Device}. Make or load the adapter on the model's device.", nameof(model));
    }
}

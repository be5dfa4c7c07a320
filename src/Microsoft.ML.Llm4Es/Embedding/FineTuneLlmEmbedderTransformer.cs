using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>Appends the embedding of a text column. Safe for several cursors and prediction engines at once: they share one model.</summary>
public sealed partial class FineTuneLlmEmbedderTransformer : BatchedTransformer, IDisposable
{
    private readonly TextEmbedder _embedder;
    private readonly LoraAdapter? _adapter;
    private readonly EmbedderSettings _settings;

    /// <param name="environment">The environment.</param>
    /// <param name="outputColumnName">The column to append.</param>
    /// <param name="inputColumnName">The text column to read.</param>
    /// <param name="embedder">Computes; owned by the transformer from here on.</param>
    /// <param name="adapter">What was merged into the model, so that it can be exported; owned by the transformer too.</param>
    /// <param name="settings">What else is saved.</param>
    internal FineTuneLlmEmbedderTransformer(
        IHostEnvironment environment, string outputColumnName, string inputColumnName, TextEmbedder embedder, LoraAdapter? adapter, EmbedderSettings settings)
        : base(environment.Register(nameof(FineTuneLlmEmbedderTransformer)), outputColumnName, inputColumnName)
    {
        _embedder = embedder;
        _adapter = adapter;
        _settings = settings;
    }

    /// <summary>Gets the length of the embedding: the model's hidden size for each range of layers and way of pooling.</summary>
    public int Dimension => _embedder.Dimension;

    /// <summary>Gets the shape of the language model.</summary>
    public LanguageModelConfiguration Configuration => _embedder.Model.Configuration;

    /// <summary>Gets how texts become vectors.</summary>
    public EmbeddingOptions Options => _settings.Embedding;

    /// <summary>Gets what the cache has done so far.</summary>
    public EmbeddingCacheStatistics CacheStatistics => _embedder.CacheStatistics;

    /// <summary>Gets the folder whose weights a saved model refers to; null where it holds them. <see cref="FineTuneLlmEmbedderOptions.SaveWeights"/> asks for one.</summary>
    public string? WeightsFolder => _settings.Weights?.Folder;

    internal override int BatchSize => Options.RowsPerBatch;

    /// <summary>Keeps vectors in a folder too, from now on: what it has for this model is not computed again, in this process or another.</summary>
    /// <param name="folder">The folder; made when the first vector is kept.</param>
    /// <exception cref="IOException">A file in it cannot be read.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void UseCacheFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _embedder.CheckNotDisposed();
        _embedder.UseCacheFolder(folder);
    }

    /// <summary>The folder that holds the model's own weights, not those that an adapter is added to.</summary>
    internal string? OwnWeightsFolder => _settings.Weights is { LackAdapter: false } weights ? weights.Folder : null;

    internal LanguageModelTokenizer Tokenizer => _embedder.Tokenizer;

    internal bool IsFromScratch => _settings.IsFromScratch;

    /// <summary>The training settings to tune the model on with, where the user names none: those for where it began.</summary>
    internal TrainingOptions DefaultTraining => IsFromScratch ? TrainingDefaults.FromScratch(Configuration.MaxPositions) : TrainingDefaults.Pretrained;

    /// <summary>Saves the tuned language model and its tokenizer as a folder that Hugging Face's transformers, and <see cref="LanguageModelSource.Folder"/>, load. What LoRA tuned is part of the weights.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveHuggingFace(string folder)
    {
        _embedder.CheckNotDisposed();
        _embedder.Model.SaveHuggingFace(folder, Tokenizer);
    }

    /// <summary>Saves what <see cref="Tuning.Lora(int, double, double, IReadOnlyList{string}?)"/> tuned as an adapter in the format of Hugging Face's peft, to be used with the model that was tuned.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <param name="baseModelName">The model that was tuned, as a Hugging Face id or a folder, which peft opens with the adapter; null not to tell.</param>
    /// <exception cref="InvalidOperationException">The model was not tuned by LoRA.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The transformer was disposed.</exception>
    public void SaveAdapter(string folder, string? baseModelName = null)
    {
        _embedder.CheckNotDisposed();
        if (_adapter is null)
            throw new InvalidOperationException("There is no adapter to save: the model was not tuned by LoRA. Set Tuning = Tuning.Lora() before fitting, or save the whole model with SaveHuggingFace.");
        _adapter.BaseModelName = baseModelName;
        _adapter.Save(folder);
    }

    /// <summary>Frees the model. Transforming afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _embedder.Dispose();
        _adapter?.Dispose();
    }

    /// <summary>Copies the language model; the caller owns the copy.</summary>
    internal CausalLanguageModel CopyModel(TorchSharp.torch.Device device)
    {
        _embedder.CheckNotDisposed();
        return _embedder.Model.Clone(device);
    }

    /// <summary>Hands the language model over to the caller, who frees it; the transformer is of no use afterwards.</summary>
    internal CausalLanguageModel ReleaseModel()
    {
        _adapter?.Dispose();
        return _embedder.Release();
    }

    internal override DataViewSchema.DetachedColumn CreateOutputColumn(DataViewSchema inputSchema)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.AddSlotNames(Dimension, SlotNames);
        return new(OutputColumnName, new VectorDataViewType(NumberDataViewType.Single, Dimension), annotations.ToAnnotations());
    }

    private void SlotNames(ref VBuffer<ReadOnlyMemory<char>> names)
    {
        VBufferEditor<ReadOnlyMemory<char>> editor = VBufferEditor.Create(ref names, Dimension);
        for (int i = 0; i < Dimension; i++) editor.Values[i] = _embedder.Names[i].AsMemory();
        names = editor.Commit();
    }

    internal override void Compute(ReadOnlySpan<ReadOnlyMemory<char>> texts, Span<VBuffer<float>> results)
    {
        float[][] embeddings = _embedder.Embed(texts);
        for (int row = 0; row < embeddings.Length; row++)
        {
            VBufferEditor<float> editor = VBufferEditor.Create(ref results[row], Dimension);
            embeddings[row].CopyTo(editor.Values);
            results[row] = editor.Commit();
        }
    }
}

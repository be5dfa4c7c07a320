using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A language model with its tokenizer and chat template, opened in one call from what people have: a Hugging Face folder, a .gguf file, or an id on the Hub.</summary>
public sealed class PretrainedLanguageModel : IDisposable
{
    private readonly IReadOnlyDictionary<string, string> _chatTemplates;
    private readonly Lazy<ChatTemplate?> _chatTemplate;

    private PretrainedLanguageModel(
        CausalLanguageModel model, LanguageModelTokenizer tokenizer, IReadOnlyDictionary<string, string> chatTemplates, IReadOnlyDictionary<string, string> specialTokens)
    {
        Model = model;
        Tokenizer = tokenizer;
        SpecialTokens = specialTokens;
        _chatTemplates = chatTemplates;
        _chatTemplate = new(() => FindChatTemplate(ChatTemplateTexts.Default));
    }

    /// <summary>Gets the model.</summary>
    public CausalLanguageModel Model { get; }

    /// <summary>Gets the tokenizer.</summary>
    public LanguageModelTokenizer Tokenizer { get; }

    /// <summary>Gets the chat template; <see langword="null"/> where the model has none, as one that was not tuned on chats.</summary>
    /// <exception cref="ChatTemplateException">The template is not valid.</exception>
    public ChatTemplate? ChatTemplate => _chatTemplate.Value;

    /// <summary>Gets the special tokens under the names that chat templates use: <c>bos_token</c>, <c>eos_token</c>, <c>pad_token</c>, <c>unk_token</c>, those that the model has.</summary>
    public IReadOnlyDictionary<string, string> SpecialTokens { get; }

    /// <summary>Opens a model.</summary>
    /// <param name="path">
    /// A Hugging Face folder (config.json, safetensors, tokenizer.json or tokenizer.model), or a .gguf file, or a folder whose only weights are one .gguf file. A
    /// tokenizer.json, tokenizer_config.json or chat_template.jinja that lies beside a .gguf file counts before what the file itself holds.
    /// </param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <param name="weights">What to keep the weights in; see <see cref="CausalLanguageModel.WeightPrecision"/>. Auto: bfloat16 where the device computes in it.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder, or a file is missing in it.</exception>
    /// <exception cref="InvalidDataException">A file is damaged or asks for something that is not supported; the message names it and says what.</exception>
    /// <exception cref="NotSupportedException">The tokenizer needs something that is not supported; the message names it.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    public static PretrainedLanguageModel Load(string path, Device? device = null, ComputePrecision weights = ComputePrecision.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Path.Exists(path)) throw new FileNotFoundException($"There is no '{path}'. A Hugging Face folder with config.json, model.safetensors and tokenizer.json, or a .gguf file, is expected.", path);
        if (File.Exists(path)) return LoadGguf(path, device, weights);

        bool hasSafetensors = File.Exists(Path.Combine(path, SafetensorsFolder.FileName)) || File.Exists(Path.Combine(path, SafetensorsFolder.IndexName));
        return !hasSafetensors && Directory.GetFiles(path, "*.gguf") is [string only]
            ? LoadGguf(only, device, weights)
            : LoadFolder(path, device, weights);
    }

    /// <summary>Opens a model on the Hub, or in its cache where it has been downloaded before; see <see cref="HuggingFaceHub"/>.</summary>
    /// <param name="repositoryId">The repository, such as <c>HuggingFaceTB/SmolLM2-135M</c>.</param>
    /// <param name="hub">Revision, .gguf file, cache, token and more.</param>
    /// <param name="device">Where to keep the weights and compute; the CPU by default.</param>
    /// <param name="weights">What to keep the weights in; see <see cref="CausalLanguageModel.WeightPrecision"/>. Auto: bfloat16 where the device computes in it.</param>
    /// <param name="progress">Told of bytes as they arrive.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept, and the next call goes on from there.</param>
    /// <returns>The model, to be disposed by the caller.</returns>
    /// <exception cref="ArgumentException">The id is no repository's.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses: the message says why and what to do.</exception>
    /// <exception cref="FileNotFoundException">The repository has no weights that can be read; or the model is to be used offline and is not in the cache.</exception>
    /// <exception cref="InvalidDataException">What arrived is not what the server announced, or asks for something that is not supported.</exception>
    /// <exception cref="NotSupportedException">The tokenizer needs something that is not supported; the message names it.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static async Task<PretrainedLanguageModel> LoadFromHubAsync(
        string repositoryId,
        HubOptions? hub = null,
        Device? device = null,
        ComputePrecision weights = ComputePrecision.Float32,
        IProgress<HubProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        string folder = await HuggingFaceHub.DownloadAsync(repositoryId, hub, progress, cancellationToken).ConfigureAwait(false);
        return Load(hub?.GgufFile is { } file ? Path.Combine(folder, file) : folder, device, weights);
    }

    /// <summary>Finds a chat template by its name, for models that have several, such as one for tools.</summary>
    /// <param name="name">The name; <c>default</c> is that of <see cref="ChatTemplate"/>.</param>
    /// <returns>The template; null where there is none of this name.</returns>
    /// <exception cref="ChatTemplateException">The template is not valid.</exception>
    public ChatTemplate? FindChatTemplate(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _chatTemplates.TryGetValue(name, out string? text) ? ChatTemplate.Parse(text) : null;
    }

    /// <summary>Saves a folder that this library and Hugging Face's transformers load: what <see cref="CausalLanguageModel.SaveHuggingFace"/> writes, and the chat templates.</summary>
    /// <param name="folder">The folder; made where it does not exist. Files of these names are replaced, each in one step and only once all are written.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void SaveHuggingFace(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        using StagedFiles files = new(folder);
        HuggingFaceFolder.Stage(files, Model);
        HuggingFaceFolder.Stage(files, Model.Configuration, Tokenizer, SpecialTokens, _chatTemplates);
        files.Commit();
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Model.Dispose();

    private static PretrainedLanguageModel LoadFolder(string folder, Device? device, ComputePrecision weights)
    {
        LanguageModelTokenizer tokenizer = LanguageModelTokenizer.Load(folder);
        TokenizerConfiguration beside = TokenizerConfiguration.Read(folder);
        IReadOnlyDictionary<string, string> templates = ChatTemplateTexts.Read(folder, beside);
        LanguageModelConfiguration configuration = LanguageModelConfiguration.Load(folder);
        IReadOnlyDictionary<string, string> specialTokens = beside.SpecialTokens(configuration, tokenizer);
        return new(CausalLanguageModel.LoadHuggingFace(folder, device, weights), tokenizer, templates, specialTokens);
    }

    private static PretrainedLanguageModel LoadGguf(string path, Device? device, ComputePrecision weights)
    {
        using GgufCheckpoint checkpoint = GgufCheckpoint.Open(path);
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        LanguageModelTokenizer tokenizer = checkpoint.LoadTokenizer();
        TokenizerConfiguration beside = TokenizerConfiguration.Read(folder);
        IReadOnlyDictionary<string, string> templates = ChatTemplateTexts.Read(folder, beside);
        if (templates.Count == 0) templates = checkpoint.ChatTemplates;
        IReadOnlyDictionary<string, string> specialTokens = beside.SpecialTokens(checkpoint.Configuration, tokenizer);
        return new(CausalLanguageModel.Load(checkpoint.Configuration, checkpoint, device, weights), tokenizer, templates, specialTokens);
    }
}

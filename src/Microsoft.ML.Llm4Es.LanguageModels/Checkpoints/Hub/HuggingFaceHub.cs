namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Downloads models from the Hugging Face Hub, or a server that speaks its protocol, into the cache that Hugging Face's Python libraries use as well.</summary>
/// <remarks>
/// <para>
/// Of a repository come config.json, generation_config.json, the tokenizer's files, chat templates, and its safetensors weights; never weights in pickle
/// form, which can run code. With <see cref="HubOptions.GgufFile"/> it is that file alone. What the cache holds is not downloaded again; a download that was
/// cut off goes on where it stopped; every file is checked against the server's size and checksum before it gets its name.
/// </para>
/// <para>Read from the environment unless <see cref="HubOptions"/> says otherwise: HF_ENDPOINT, HF_HUB_CACHE, HF_HOME, HF_TOKEN, HF_HUB_OFFLINE, with the meaning that they have in Python.</para>
/// </remarks>
public static class HuggingFaceHub
{
    /// <summary>Downloads a model.</summary>
    /// <param name="repositoryId">The repository, such as <c>HuggingFaceTB/SmolLM2-135M</c>.</param>
    /// <param name="options">Revision, cache, token and more; by default those of <see cref="HubOptions"/>.</param>
    /// <param name="progress">Told of bytes as they arrive.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept, and the next call goes on from there.</param>
    /// <returns>The folder of the model's files: the cache's snapshot of the commit.</returns>
    /// <exception cref="ArgumentException">The id is no repository's.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses: the message says why and what to do.</exception>
    /// <exception cref="FileNotFoundException">The repository has no weights that can be read; or the model is to be used offline and is not, or not completely, in the cache.</exception>
    /// <exception cref="InvalidDataException">What arrived is not what the server announced.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static Task<string> DownloadAsync(
        string repositoryId, HubOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Start(repositoryId, options, HubTransport.Asynchronous, progress, cancellationToken);

    /// <summary>Downloads a model on the calling thread, with blocking input and output: for callers that cannot be asynchronous, such as an ML.NET estimator's Fit.</summary>
    /// <param name="repositoryId"><inheritdoc cref="DownloadAsync" path="/param[@name='repositoryId']"/></param>
    /// <param name="options"><inheritdoc cref="DownloadAsync" path="/param[@name='options']"/></param>
    /// <param name="progress"><inheritdoc cref="DownloadAsync" path="/param[@name='progress']"/></param>
    /// <param name="cancellationToken"><inheritdoc cref="DownloadAsync" path="/param[@name='cancellationToken']"/></param>
    /// <returns><inheritdoc cref="DownloadAsync" path="/returns"/></returns>
    /// <exception cref="ArgumentException">The id is no repository's.</exception>
    /// <exception cref="HttpRequestException">The server cannot be reached, or refuses: the message says why and what to do.</exception>
    /// <exception cref="FileNotFoundException">The repository has no weights that can be read; or the model is to be used offline and is not, or not completely, in the cache.</exception>
    /// <exception cref="InvalidDataException">What arrived is not what the server announced.</exception>
    /// <exception cref="IOException">The disk is full, or the cache cannot be written.</exception>
    /// <exception cref="OperationCanceledException">The operation was canceled.</exception>
    public static string Download(
        string repositoryId, HubOptions? options = null, IProgress<HubProgress>? progress = null, CancellationToken cancellationToken = default) =>
        HubTransport.ResultOf(Start(repositoryId, options, HubTransport.Blocking, progress, cancellationToken));

    /// <summary>Checks that a text can be the id of a repository, without asking whether there is one.</summary>
    /// <param name="repositoryId">The text.</param>
    /// <exception cref="ArgumentException">It cannot: the message says what is expected.</exception>
    public static void CheckRepositoryId(string repositoryId) => HubNames.CheckRepository(repositoryId);

    private static Task<string> Start(
        string repositoryId, HubOptions? options, HubTransport transport, IProgress<HubProgress>? progress, CancellationToken cancellationToken)
    {
        HubNames.CheckRepository(repositoryId);
        HubSettings settings = HubSettings.Resolve(options ?? new HubOptions(), HubEnvironment.Current);
        return new HubDownload(repositoryId, settings, transport, progress, cancellationToken).RunAsync();
    }
}

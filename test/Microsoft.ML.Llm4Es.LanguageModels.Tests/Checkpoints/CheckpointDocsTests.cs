using System.Text.RegularExpressions;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The code of docs/checkpoints.md, run on a tiny model. Each snippet of the page stands here word for word, but for names of files and models.</summary>
public sealed partial class CheckpointDocsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HubServer _hub;

    public CheckpointDocsTests()
    {
        LanguageModelTokenizer tokenizer = BytePairTrainer.Train(["day|shop\n1, bakery"], new BytePairTrainerOptions { VocabularySize = 262 }, progress: null, CancellationToken.None);
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with { VocabularySize = tokenizer.VocabularySize });
        model.SaveHuggingFace(Model, tokenizer);
        File.WriteAllText(Path.Combine(Model, "chat_template.jinja"), "{{ messages[0].content }}");
        File.WriteAllBytes(Path.Combine(_folder.Path, "model.gguf"), GgufTinyModel.Model().ToArray());
        _hub = new(Directory.GetFiles(Model).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));
    }

    private string Model => Path.Combine(_folder.Path, "model");

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Opening_AndSaving()
    {
        using PretrainedLanguageModel folder = PretrainedLanguageModel.Load(Model);
        using PretrainedLanguageModel file = PretrainedLanguageModel.Load(Path.Combine(_folder.Path, "model.gguf"));
        using PretrainedLanguageModel hub = await PretrainedLanguageModel.LoadFromHubAsync(HubServer.Id, _hub.Options, cancellationToken: TestContext.Current.CancellationToken);

        IReadOnlyList<int> ids = folder.Tokenizer.Encode("day|shop\n1, bakery", addSpecialTokens: true);
        string? prompt = folder.ChatTemplate?.Render([new TemplateMessage("user", "hello")], addGenerationPrompt: true);

        Assert.NotEmpty(ids);
        Assert.Equal("hello", prompt);
        Assert.Equal(GgufTinyModel.Hidden, file.Model.Configuration.HiddenSize);
        Assert.Equal(TinyModel.Configuration.HiddenSize, hub.Model.Configuration.HiddenSize);

        using CausalLanguageModel small = CausalLanguageModel.LoadHuggingFace(Model, weights: ComputePrecision.BFloat16);
        LanguageModelTokenizer tokenizer = folder.Tokenizer;
        string saved = Path.Combine(_folder.Path, "saved");
        small.SaveHuggingFace(saved, tokenizer);
        Assert.Equal(5, Directory.GetFiles(saved).Length);
        folder.SaveHuggingFace(saved);
        Assert.Equal(6, Directory.GetFiles(saved).Length);
    }

    [Fact]
    public async Task Downloading()
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        string path = await HuggingFaceHub.DownloadAsync(
            HubServer.Id,
            new HubOptions { Revision = "main", Timeout = TimeSpan.FromSeconds(60), Endpoint = _hub.Uri, CacheFolder = _hub.Cache },
            new Progress<HubProgress>(p => Console.WriteLine($"{p.File}: {p.Bytes:N0} of {p.TotalBytes:N0} bytes")),
            cancellationToken);

        Assert.True(File.Exists(Path.Combine(path, "config.json")));
    }

    [Fact]
    public void EveryNameInThePage_Exists()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "docs", "checkpoints.md"))) root = root.Parent;
        Assert.SkipWhen(root is null, "needs the repository's docs");
        string page = File.ReadAllText(Path.Combine(root!.FullName, "docs", "checkpoints.md"));

        foreach (Match name in HubOption().Matches(page))
            Assert.True(typeof(HubOptions).GetProperty(name.Groups[1].Value) is not null, $"HubOptions has no {name.Groups[1].Value}, which docs/checkpoints.md names.");
    }

    [GeneratedRegex(@"HubOptions\.([A-Za-z]+)")]
    private static partial Regex HubOption();
}

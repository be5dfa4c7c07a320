using System.Text.Json.Nodes;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class PretrainedLanguageModelTests : IDisposable
{
    private const string Template = "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}{% endfor %}";

    private static readonly TemplateMessage[] Messages = [new("user", "hello")];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_OfAFolder_OpensModelTokenizerAndTemplate()
    {
        Save();
        File.WriteAllText(Path.Combine(_folder.Path, "chat_template.jinja"), Template);

        using PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(_folder.Path);

        Assert.Equal(TinyModel.Configuration.HiddenSize, loaded.Model.Configuration.HiddenSize);
        Assert.NotEmpty(loaded.Tokenizer.Encode("one two", addSpecialTokens: true));
        Assert.Equal("<|user|>hello", loaded.ChatTemplate!.Render(Messages));
    }

    [Theory]
    [InlineData("""{"chat_template": "TEMPLATE"}""", true, false)]
    [InlineData("""{"chat_template": [{"name": "default", "template": "TEMPLATE"}, {"name": "tool_use", "template": "tools"}]}""", true, true)]
    [InlineData("""{"chat_template": [{"name": "tool_use", "template": "tools"}]}""", false, true)]
    [InlineData("""{"chat_template": null}""", false, false)]
    [InlineData("{}", false, false)]
    public void ChatTemplate_ComesFromTheTokenizersConfiguration(string configuration, bool hasDefault, bool hasTools)
    {
        Save();
        File.WriteAllText(Path.Combine(_folder.Path, "tokenizer_config.json"), configuration.Replace("TEMPLATE", Template, StringComparison.Ordinal));

        using PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(_folder.Path);

        Assert.Equal(hasDefault ? "<|user|>hello" : null, loaded.ChatTemplate?.Render(Messages));
        Assert.Equal(hasTools ? "tools" : null, loaded.FindChatTemplate("tool_use")?.Render(Messages));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"chat_template": 1}""")]
    [InlineData("""{"chat_template": [{"name": "default"}]}""")]
    [InlineData("""{"bos_token": 1}""")]
    public void Load_OfADamagedTokenizerConfiguration_NamesTheFile(string configuration)
    {
        Save();
        File.WriteAllText(Path.Combine(_folder.Path, "tokenizer_config.json"), configuration);

        InvalidDataException refusal = Assert.Throws<InvalidDataException>(() => PretrainedLanguageModel.Load(_folder.Path).Dispose());

        Assert.Contains("tokenizer_config.json", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SpecialTokens_AreThoseOfTheTokenizersConfiguration_ElseOfTheModels()
    {
        Save();
        using (PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(_folder.Path))
            Assert.Equal(new Dictionary<string, string> { ["bos_token"] = "<s>", ["eos_token"] = "</s>" }, loaded.SpecialTokens);

        File.WriteAllText(Path.Combine(_folder.Path, "tokenizer_config.json"), """{"bos_token": {"content": "<begin>", "lstrip": false}, "unk_token": "<unk>"}""");
        using PretrainedLanguageModel other = PretrainedLanguageModel.Load(_folder.Path);
        Assert.Equal(new Dictionary<string, string> { ["bos_token"] = "<begin>", ["eos_token"] = "</s>", ["unk_token"] = "<unk>" }, other.SpecialTokens);
    }

    [Fact]
    public void Load_OfAGgufFile_TakesItsOwnTokenizerAndTemplate_UnlessOthersLieBeside()
    {
        using GgufTemporaryFile file = GgufTinyModel.Model().Set("tokenizer.chat_template", "inside").Set("tokenizer.chat_template.tool_use", "tools").Save();

        using (PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(file.Path))
        {
            Assert.Equal(GgufTinyModel.Tokens.Length, loaded.Tokenizer.VocabularySize);
            Assert.Equal("inside", loaded.ChatTemplate!.Render(Messages));
            Assert.Equal("tools", loaded.FindChatTemplate("tool_use")!.Render(Messages));
            Assert.Equal(GgufTinyModel.Tokens[1], loaded.SpecialTokens["bos_token"]);
        }

        File.WriteAllText(Path.Combine(file.Folder, "chat_template.jinja"), "beside");
        using (FileStream tokenizer = File.Create(Path.Combine(file.Folder, "tokenizer.json"))) Tokenizer().Save(tokenizer);
        using PretrainedLanguageModel other = PretrainedLanguageModel.Load(file.Folder);
        Assert.Equal("beside", other.ChatTemplate!.Render(Messages));
        Assert.Equal(Tokenizer().VocabularySize, other.Tokenizer.VocabularySize);
    }

    [Fact]
    public void Load_OfWhatIsNotThere_SaysWhatIsExpected()
    {
        FileNotFoundException refusal = Assert.Throws<FileNotFoundException>(() => PretrainedLanguageModel.Load("no-such-model"));

        Assert.Contains("no-such-model", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(".gguf", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"chat_template": [{"name": "default", "template": "a"}, {"name": "tool_use", "template": "b"}], "bos_token": "<begin>"}""")]
    [InlineData("""{"chat_template": "a", "bos_token": "<begin>"}""")]
    public void SaveHuggingFace_IsLoadedAsTheSame(string configuration)
    {
        Save();
        File.WriteAllText(Path.Combine(_folder.Path, "tokenizer_config.json"), configuration);
        using TemporaryFolder saved = new();
        using PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(_folder.Path);

        loaded.SaveHuggingFace(saved.Path);

        using PretrainedLanguageModel again = PretrainedLanguageModel.Load(saved.Path);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder.Path, "model.safetensors")), File.ReadAllBytes(Path.Combine(saved.Path, "model.safetensors")));
        Assert.Equal(loaded.SpecialTokens, again.SpecialTokens);
        Assert.Equal("a", again.ChatTemplate!.Render(Messages));
        Assert.Equal(loaded.FindChatTemplate("tool_use")?.Render(Messages), again.FindChatTemplate("tool_use")?.Render(Messages));
        JsonNode tokenizer = JsonNode.Parse(File.ReadAllText(Path.Combine(saved.Path, "tokenizer_config.json")))!;
        Assert.Equal("PreTrainedTokenizerFast", tokenizer["tokenizer_class"]!.GetValue<string>());
        Assert.Equal("<begin>", tokenizer["bos_token"]!.GetValue<string>());
    }

    [Fact]
    public async Task LoadFromHubAsync_DownloadsAndOpens()
    {
        Save();
        using HubServer hub = new(Directory.GetFiles(_folder.Path).Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))));

        using PretrainedLanguageModel loaded = await PretrainedLanguageModel.LoadFromHubAsync(HubServer.Id, hub.Options, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(TinyModel.Configuration.HiddenSize, loaded.Model.Configuration.HiddenSize);
    }

    [Fact]
    public async Task LoadFromHubAsync_OpensAGgufFileOfTheRepository()
    {
        using HubServer hub = new(("model.gguf", GgufTinyModel.Model().ToArray()));
        HubOptions options = new() { Endpoint = hub.Uri, CacheFolder = hub.Cache, GgufFile = "model.gguf" };

        using PretrainedLanguageModel loaded = await PretrainedLanguageModel.LoadFromHubAsync(HubServer.Id, options, weights: ComputePrecision.BFloat16, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(GgufTinyModel.Hidden, loaded.Model.Configuration.HiddenSize);
        Assert.Equal(ComputePrecision.BFloat16, loaded.Model.WeightPrecision);
    }

    [Fact]
    [Trait("Category", "Reference")]
    public void Load_OfSmolLM2_TakesWhatLiesBesideTheGgufFile()
    {
        string folder = ReferenceData.Require(ReferenceData.Models, "SmolLM2-135M-Instruct");

        using PretrainedLanguageModel loaded = PretrainedLanguageModel.Load(folder, weights: ComputePrecision.BFloat16);

        Assert.Equal(576, loaded.Model.Configuration.HiddenSize);
        Assert.Equal("<|im_start|>", loaded.SpecialTokens["bos_token"]);
        Assert.Contains("<|im_start|>user\nhello<|im_end|>", loaded.ChatTemplate!.Render(Messages), StringComparison.Ordinal);
    }

    private static LanguageModelTokenizer Tokenizer() =>
        BytePairTrainer.Train(["one two two", "two three"], new BytePairTrainerOptions { VocabularySize = 262, SpecialTokens = ["<s>", "</s>"] }, progress: null, CancellationToken.None);

    private void Save()
    {
        LanguageModelTokenizer tokenizer = Tokenizer();
        using CausalLanguageModel model = TinyModel.Create(configuration: TinyModel.Configuration with
        {
            VocabularySize = tokenizer.VocabularySize,
            BeginningOfTextId = tokenizer.TokenId("<s>"),
            EndOfTextIds = [tokenizer.TokenId("</s>")!.Value],
        });
        model.SaveHuggingFace(_folder.Path, tokenizer);
        File.Delete(Path.Combine(_folder.Path, "tokenizer_config.json"));
    }
}

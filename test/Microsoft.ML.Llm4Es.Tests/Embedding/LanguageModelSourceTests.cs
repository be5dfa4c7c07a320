using Microsoft.ML.Llm4Es.LanguageModels.Tests;

namespace Microsoft.ML.Llm4Es.Tests;

public sealed class LanguageModelSourceTests
{
    [Theory]
    [InlineData("model.zip", "the saved model model.zip")]
    [InlineData("model.gguf", "the file model.gguf")]
    [InlineData("models/model.Q4_K_M.GGUF", "the file models/model.Q4_K_M.GGUF")]
    [InlineData("HuggingFaceTB/SmolLM2-135M", "HuggingFaceTB/SmolLM2-135M on the Hub, revision main")]
    [InlineData("HuggingFaceTB/SmolLM2-135M@v1.0", "HuggingFaceTB/SmolLM2-135M on the Hub, revision v1.0")]
    [InlineData("HuggingFaceTB/SmolLM2-135M@refs/pr/1", "HuggingFaceTB/SmolLM2-135M on the Hub, revision refs/pr/1")]
    public void Parse_FindsTheKind(string text, string source) => Assert.Equal(source, LanguageModelSource.Parse(text).ToString());

    [Fact]
    public void Parse_OfScratch_TakesThePreset()
    {
        Assert.Equal("scratch:small", LanguageModelSource.Parse("scratch").ToString());
        Assert.Equal("scratch:tiny", LanguageModelSource.Parse("scratch:tiny").ToString());
    }

    [Fact]
    public void ToString_OfAPresetOfOnesOwn_TellsWhatIsOther() =>
        Assert.Equal("scratch with 2 layers, value tokens 0.5", LanguageModelSource.FromScratch(new LanguageModelPreset { HiddenLayers = 2, ValueTokens = 0.5 }).ToString());

    [Fact]
    public void ToString_TellsPresetsApartByEachSetting()
    {
        LanguageModelPreset[] presets =
        [
            LanguageModelPreset.Tiny, LanguageModelPreset.Small, LanguageModelPreset.Medium, LanguageModelPreset.Small.OfWords(), LanguageModelPreset.Medium.OfWords(),
            new() { HiddenSize = 96 }, new() { HiddenLayers = 3 }, new() { AttentionHeads = 3 }, new() { KeyValueHeads = 6 }, new() { IntermediateSize = 96 },
            new() { VocabularySize = 500 }, new() { ValueTokens = 0 }, new() { TokenEmbeddings = TokenEmbeddingInitialization.Random }, new() { ContextLength = 64 },
        ];

        Assert.Equal(presets.Length, presets.Select(preset => LanguageModelSource.FromScratch(preset).ToString()).Distinct().Count());
        // A setting that comes later must be named too.
        Assert.Equal(9, typeof(LanguageModelPreset).GetProperties().Count(property => !property.GetMethod!.IsStatic));
    }

    [Fact]
    public void Parse_TakesAFolderThatExistsBeforeAnId()
    {
        using TemporaryFolder folder = new();

        Assert.Equal($"the folder {folder.Path}", LanguageModelSource.Parse(folder.Path).ToString());
    }

    [Theory]
    [InlineData("scratch:huge", "There is no preset 'huge'")]
    [InlineData("smollm", "a folder that exists, a saved model (.zip), a .gguf file, or an id on the Hub")]
    [InlineData("./no-such-folder", "there is no such folder")]
    [InlineData("../models/no-such-folder", "there is no such folder")]
    [InlineData("HuggingFaceTB/SmolLM2-135M@", "there is no such folder")]
    [InlineData("HuggingFaceTB/SmolLM2-135M@a b", "no name of a revision")]
    public void Parse_OfSomethingElse_SaysWhatIsExpected(string text, string mention) =>
        Assert.Contains(mention, Assert.ThrowsAny<ArgumentException>(() => LanguageModelSource.Parse(text)).Message, StringComparison.Ordinal);
}

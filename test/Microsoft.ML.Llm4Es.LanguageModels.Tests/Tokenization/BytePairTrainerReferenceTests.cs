using System.Text;
using System.Text.Json;
using Microsoft.ML.Llm4Es.Tests;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Equality with the tokenizers library's trainer.</summary>
[Trait("Category", "Reference")]
public sealed class BytePairTrainerReferenceTests
{
    [Fact]
    public void Train_FindsTheMergesAndIdsOfTheReference()
    {
        foreach ((string file, JsonElement setting) in Settings())
        {
            LanguageModelTokenizer trained = Train(setting);

            using MemoryStream stream = new();
            trained.Save(stream);
            using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(PathOf(file)));
            using JsonDocument actual = JsonDocument.Parse(stream.ToArray());
            Assert.Equal(Model(expected, "vocab"), Model(actual, "vocab"));
            Assert.Equal(Model(expected, "merges"), Model(actual, "merges"));
        }
    }

    [Fact]
    public void Train_GivesATokenizerThatEncodesLikeTheReference()
    {
        foreach ((string file, JsonElement setting) in Settings())
        {
            LanguageModelTokenizer trained = Train(setting);

            string cases = file.Replace("tokenizer", "encoded", StringComparison.Ordinal).Replace(".json", ".jsonl.gz", StringComparison.Ordinal);
            foreach (TokenizerCase example in ReferenceTokenizers.ReadCases(PathOf(cases)))
            {
                Assert.Equal(example.Ids!, trained.Encode(example.Text!, addSpecialTokens: false));
                Assert.Equal(example.Text, trained.Decode(example.Ids!));
            }
        }
    }

    private static string PathOf(string file) => ReferenceData.Require(ReferenceData.Reference, "tokenizers", "bpe-training", file);

    private static IEnumerable<(string File, JsonElement Setting)> Settings()
    {
        JsonElement settings = JsonElement.Parse(File.ReadAllBytes(PathOf("settings.json")));
        foreach (JsonProperty tokenizer in settings.GetProperty("tokenizers").EnumerateObject())
        {
            yield return (tokenizer.Name, tokenizer.Value);
        }
    }

    private static LanguageModelTokenizer Train(JsonElement setting)
    {
        string[] lines = Encoding.UTF8.GetString(ReferenceTokenizers.Unpack(PathOf("corpus.txt.gz"))).TrimEnd('\n').Split('\n');
        JsonElement settings = JsonElement.Parse(File.ReadAllBytes(PathOf("settings.json")));
        return BytePairTrainer.Train(lines.Take(setting.GetProperty("lines").GetInt32()), new BytePairTrainerOptions
        {
            VocabularySize = setting.GetProperty("vocab_size").GetInt32(),
            MinimumFrequency = setting.GetProperty("min_frequency").GetInt32(),
            SpecialTokens = [.. settings.GetProperty("special_tokens").EnumerateArray().Select(t => t.GetString()!)],
            Pattern = BytePairTrainerOptions.Gpt2Pattern,
        });
    }

    private static string Model(JsonDocument tokenizer, string property) =>
        JsonSerializer.Serialize(tokenizer.RootElement.GetProperty("model").GetProperty(property));
}

using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Writes the files of a model's folder as transformers names them.</summary>
internal static class HuggingFaceFolder
{
    /// <summary>Stages config.json, generation_config.json and model.safetensors.</summary>
    internal static void Stage(StagedFiles files, CausalLanguageModel model)
    {
        files.Write(SafetensorsFolder.FileName, model.WriteWeights);
        Write(files, "config.json", ConfigurationWriter.Write(model.Configuration, model.WeightPrecision));
        Write(files, "generation_config.json", ConfigurationWriter.WriteGeneration(model.Configuration));
    }

    /// <summary>Stages tokenizer.json, tokenizer_config.json and, where there is one, chat_template.jinja.</summary>
    internal static void Stage(
        StagedFiles files,
        LanguageModelConfiguration configuration,
        LanguageModelTokenizer tokenizer,
        IReadOnlyDictionary<string, string> specialTokens,
        IReadOnlyDictionary<string, string> chatTemplates)
    {
        files.Write("tokenizer.json", tokenizer.Save);
        files.Write(TokenizerConfiguration.FileName, stream => TokenizerConfiguration.Write(stream, configuration, specialTokens, chatTemplates));
        if (ChatTemplateTexts.IsOneFile(chatTemplates) && chatTemplates.Count == 1) Write(files, ChatTemplateTexts.FileName, chatTemplates[ChatTemplateTexts.Default]);
    }

    private static void Write(StagedFiles files, string name, string text) => files.Write(name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}

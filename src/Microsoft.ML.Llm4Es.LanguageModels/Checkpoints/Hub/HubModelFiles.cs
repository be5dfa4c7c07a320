namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Which files of a repository make a model.</summary>
internal static class HubModelFiles
{
    private const string AdditionalTemplates = "additional_chat_templates/";

    private static readonly string[] Beside =
    [
        "config.json",
        "generation_config.json",
        "tokenizer.json",
        "tokenizer.model",
        "tokenizer_config.json",
        "special_tokens_map.json",
        "chat_template.jinja",
    ];

    /// <summary>Chooses among the files that there are; of sharded weights the index, whose shards come from <see cref="Shards"/>.</summary>
    /// <exception cref="FileNotFoundException">There are no weights that can be read; the message says what there is instead.</exception>
    internal static List<string> Choose(IReadOnlySet<string> available, string? ggufFile, string where)
    {
        string[] ggufFiles = [.. available.Where(name => name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal)];
        if (ggufFile is not null)
        {
            return available.Contains(ggufFile)
                ? [ggufFile]
                : throw new FileNotFoundException($"{where} has no file '{ggufFile}'. {(ggufFiles.Length > 0 ? $"It has {List(ggufFiles)}." : "It has no .gguf file.")}", ggufFile);
        }

        string? weights = available.Contains(SafetensorsFolder.FileName) ? SafetensorsFolder.FileName
            : available.Contains(SafetensorsFolder.IndexName) ? SafetensorsFolder.IndexName
            : null;
        if (weights is null || !available.Contains(Beside[0]))
        {
            string missing = weights is null ? $"weights ({SafetensorsFolder.FileName} or {SafetensorsFolder.IndexName})" : Beside[0];
            string instead = ggufFiles.Length > 0 ? $" It has {List(ggufFiles)}: name one in HubOptions.GgufFile."
                : available.Any(name => name.EndsWith(".bin", StringComparison.Ordinal)) ? " Weights in pickle form (.bin) can run code and are not read: convert them to safetensors."
                : "";
            throw new FileNotFoundException($"{where} has no {missing}.{instead}", weights is null ? SafetensorsFolder.FileName : Beside[0]);
        }

        return
        [
            .. Beside.Where(available.Contains),
            .. available.Where(name => name.StartsWith(AdditionalTemplates, StringComparison.Ordinal) && name.EndsWith(".jinja", StringComparison.Ordinal) && HubNames.IsRelativePath(name)).Order(StringComparer.Ordinal),
            weights,
        ];
    }

    /// <summary>The files that an index names.</summary>
    /// <exception cref="InvalidDataException">The index is damaged, or leads out of its folder.</exception>
    /// <exception cref="FileNotFoundException">A shard is not among the files that there are.</exception>
    internal static string[] Shards(string indexPath, IReadOnlySet<string> available, string where)
    {
        string[] shards = [.. SafetensorsFolder.ReadIndex(indexPath).Values.Distinct().Order(StringComparer.Ordinal)];
        return shards.FirstOrDefault(shard => !available.Contains(shard)) is { } missing
            ? throw new FileNotFoundException($"{where} has no file '{missing}', which its {SafetensorsFolder.IndexName} names.", missing)
            : shards;
    }

    private static string List(string[] names) => string.Join(", ", names.Take(20)) + (names.Length > 20 ? ", ..." : "");
}

using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>How <see cref="EmbeddingOptions"/> stand in a saved model. Layers are written as numbers, so that what a fraction means may change.</summary>
internal static class EmbeddingOptionsFormat
{
    private const int None = -1;

    public static void Write(this EmbeddingOptions options, BinaryWriter writer, LanguageModelConfiguration configuration)
    {
        writer.Write(options.Pooling.Parts.Count);
        foreach (PooledPart part in options.Pooling.Parts)
        {
            (int first, int last) = part.Layers.Resolve(configuration.HiddenLayers);
            writer.Write(first);
            writer.Write(last);
            writer.Write((int)part.Tokens);
        }

        writer.Write(options.Prompt);
        writer.Write((int)options.LongTexts);
        writer.Write(options.MaxTokens ?? None);
        writer.Write(options.WindowOverlap);
        writer.Write(options.Normalize);
        writer.Write(options.TokensPerBatch);
        writer.Write(options.RowsPerBatch);
        writer.Write(options.Cache.Entries);
        writer.Write(options.Cache.Bytes);
    }

    public static EmbeddingOptions Read(BinaryReader reader) => new()
    {
        Pooling = new PoolingOptions { Parts = ReadParts(reader) },
        Prompt = reader.ReadString(),
        LongTexts = (LongTexts)reader.ReadInt32(),
        MaxTokens = reader.ReadInt32() is var most and not None ? most : null,
        WindowOverlap = reader.ReadInt32(),
        Normalize = reader.ReadBoolean(),
        TokensPerBatch = reader.ReadInt32(),
        RowsPerBatch = reader.ReadInt32(),
        Cache = new EmbeddingCacheOptions { Entries = reader.ReadInt32(), Bytes = reader.ReadInt64() },
    };

    private static PooledPart[] ReadParts(BinaryReader reader)
    {
        var parts = new PooledPart[reader.ReadInt32()];
        for (int i = 0; i < parts.Length; i++) parts[i] = new(new LayerRange(reader.ReadInt32(), reader.ReadInt32()), (TokenPooling)reader.ReadInt32());
        return parts;
    }
}

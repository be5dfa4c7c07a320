namespace Microsoft.ML.Llm4Es;

/// <summary>Variants that <see cref="ReformatEnricher"/> writes whenever they are read: no more is kept, or saved, than its settings.</summary>
internal sealed class ReformatVariants(ReformatEnricher enricher, int variants) : VariantSource
{
    public override string[] Of(string text) => [.. Enumerable.Range(0, variants).Select(variant => enricher.Reformat(text, variant))];

    public override void Save(BinaryWriter writer)
    {
        ReformatEnricherOptions options = enricher.Options;
        writer.Write(options.Seed);
        writer.Write(options.ShuffleFields);
        writer.Write(options.RenameFields);
        writer.Write(options.Formats.Count);
        foreach (EventTextFormat format in options.Formats) writer.Write((int)format);
        writer.Write(options.Synonyms?.Count ?? -1);
        foreach ((string name, IReadOnlyList<string> synonyms) in options.Synonyms ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            writer.Write(name);
            writer.Write(synonyms.Count);
            foreach (string synonym in synonyms) writer.Write(synonym);
        }
    }

    public static ReformatVariants Load(BinaryReader reader, int variants)
    {
        var options = new ReformatEnricherOptions { Seed = reader.ReadInt32(), ShuffleFields = reader.ReadBoolean(), RenameFields = reader.ReadBoolean() };
        var formats = new EventTextFormat[reader.ReadInt32()];
        for (int i = 0; i < formats.Length; i++) formats[i] = (EventTextFormat)reader.ReadInt32();
        options.Formats = formats;
        int names = reader.ReadInt32();
        if (names < 0) return new ReformatVariants(new ReformatEnricher(options), variants);

        var synonyms = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < names; i++)
        {
            string name = reader.ReadString();
            var others = new string[reader.ReadInt32()];
            for (int j = 0; j < others.Length; j++) others[j] = reader.ReadString();
            synonyms.Add(name, others);
        }

        options.Synonyms = synonyms;
        return new ReformatVariants(new ReformatEnricher(options), variants);
    }
}

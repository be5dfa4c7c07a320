namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Before which parts of a text a blank is put.</summary>
internal enum PrefixScheme
{
    Never,

    /// <summary>Before the part that begins where the whole text does.</summary>
    First,

    /// <summary>Before each part between added tokens.</summary>
    Always,
}

/// <summary>A section of type <c>Metaspace</c>, which tokenizer.json has among pre-tokenizers and decoders.</summary>
/// <param name="Blank">The character that stands for a blank.</param>
/// <param name="Prefix">Where a blank is put in front.</param>
/// <param name="Split">Whether the text is cut before each blank.</param>
internal readonly record struct MetaspaceSettings(char Blank, PrefixScheme Prefix, bool Split)
{
    public static MetaspaceSettings Read(JsonSection section)
    {
        section.AllowOnly("type", "replacement", "prepend_scheme", "add_prefix_space", "split", "str_rep");

        // Older files have "add_prefix_space" in place of "prepend_scheme".
        bool? addsPrefix = section.Element.TryGetProperty("add_prefix_space", out _) ? section.Flag("add_prefix_space", true) : null;
        if (addsPrefix is false && section.OptionalText("prepend_scheme") is { } given and not "never")
            throw section.Unsupported($"the prepend_scheme '{given}' with add_prefix_space false");
        string scheme = section.OptionalText("prepend_scheme") ?? (addsPrefix is false ? "never" : "always");
        PrefixScheme prefix = scheme switch
        {
            "always" => PrefixScheme.Always,
            "first" => PrefixScheme.First,
            "never" => PrefixScheme.Never,
            _ => throw section.Unsupported($"the prepend_scheme '{scheme}'"),
        };
        return new MetaspaceSettings(section.Character("replacement"), prefix, section.Flag("split", true));
    }
}

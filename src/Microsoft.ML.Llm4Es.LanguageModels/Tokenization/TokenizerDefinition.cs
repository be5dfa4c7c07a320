using System.Text.Json;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>All that makes a tokenizer, in the terms of tokenizer.json: readers and the trainer make it, the tokenizer runs it, the writer stores it.</summary>
internal sealed record TokenizerDefinition
{
    /// <summary>Ids of the model's own tokens; added tokens may be among them.</summary>
    public required Dictionary<string, int> Vocabulary { get; init; }

    /// <summary>The pairs that become one token, best first.</summary>
    public required IReadOnlyList<MergeRule> Merges { get; init; }

    /// <summary>The token for characters outside the vocabulary; without one they vanish.</summary>
    public string? UnknownToken { get; init; }

    /// <summary>Whether neighbouring unknown characters become one unknown token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Whether a character outside the vocabulary is written as tokens such as <c>&lt;0xE2&gt;</c>, one for each byte.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a piece that is in the vocabulary as a whole is taken as it is.</summary>
    public bool IgnoreMerges { get; init; }

    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    public JsonElement? Normalizer { get; init; }

    public JsonElement? PreTokenizer { get; init; }

    public JsonElement? PostProcessor { get; init; }

    public JsonElement? Decoder { get; init; }
}

/// <summary>Two neighbouring tokens, by id, that become one.</summary>
internal readonly record struct MergeRule(int Left, int Right, int Id);

/// <summary>A token that is looked for in the text itself, before it is cut into pieces.</summary>
/// <param name="Id">The token's id.</param>
/// <param name="Content">The text to look for.</param>
/// <param name="SingleWord">Found only where no letter, digit or underscore touches it.</param>
/// <param name="StripLeft">Takes the white space before it along.</param>
/// <param name="StripRight">Takes the white space after it along.</param>
/// <param name="Normalized">Looked for in the normalized text, normalized itself.</param>
/// <param name="Special">Left out of decoded text on request.</param>
internal sealed record AddedToken(int Id, string Content, bool SingleWord, bool StripLeft, bool StripRight, bool Normalized, bool Special);

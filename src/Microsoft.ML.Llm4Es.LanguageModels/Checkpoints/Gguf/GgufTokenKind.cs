namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What a token of a GGUF vocabulary is (<c>tokenizer.ggml.token_type</c>; the numbers are SentencePiece's).</summary>
internal enum GgufTokenKind
{
    /// <summary>A piece of text.</summary>
    Normal = 1,

    /// <summary>Stands for what the vocabulary lacks.</summary>
    Unknown = 2,

    /// <summary>A special token, such as the beginning of a text.</summary>
    Control = 3,

    /// <summary>A piece of text that is always one token.</summary>
    UserDefined = 4,

    /// <summary>A number without a token.</summary>
    Unused = 5,

    /// <summary>A byte, written as <c>&lt;0x0A&gt;</c>.</summary>
    Byte = 6,
}

using Microsoft.ML.Tokenizers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// The byte pair encoding tokenizer of a LLaMA-family model, read from Hugging Face's <c>tokenizer.json</c> or from a SentencePiece
/// <c>tokenizer.model</c>, or trained by <see cref="BytePairTrainer"/>. Ids and decoded text equal those of the tokenizers and
/// sentencepiece libraries.
/// </summary>
/// <remarks>
/// <para>
/// Understood of a tokenizer.json: models of type BPE (byte-level, or of characters with byte fallback; <c>ignore_merges</c>,
/// <c>fuse_unk</c>); the normalizers Sequence, NFC, NFD, Lowercase, StripAccents, Strip, Prepend and Replace (of a string); the pre-tokenizers
/// Sequence, ByteLevel, Split (with every behavior), Digits, Punctuation, Whitespace, WhitespaceSplit, CharDelimiterSplit and Metaspace; the
/// post-processors Sequence, ByteLevel, TemplateProcessing, BertProcessing and RobertaProcessing; the decoders Sequence, ByteLevel,
/// ByteFallback, Fuse, Strip, Replace (of a string) and Metaspace; added tokens with all their properties. Anything else is refused by
/// name. <c>truncation</c> and <c>padding</c> are ignored: they are settings of a run, not of the tokenizer.
/// </para>
/// <para>An instance never changes, and any number of threads may use it.</para>
/// </remarks>
public sealed partial class LanguageModelTokenizer : Tokenizer
{
    private readonly TokenizerDefinition _definition;
    private readonly IReadOnlyList<TextNormalizer> _normalizers;
    private readonly PreTokenizer _preTokenizer;
    private readonly BytePairModel _model;
    private readonly AddedTokenMatcher _addedTokens;
    private readonly AddedTokenMatcher _normalizedAddedTokens;
    private readonly SpecialTokenTemplate _template;
    private readonly TokenVocabulary _vocabulary;
    private readonly IReadOnlyList<TokenDecoder> _decoders;

    internal LanguageModelTokenizer(TokenizerDefinition definition)
    {
        _definition = definition;
        _normalizers = TextNormalizer.Create(definition.Normalizer);
        _preTokenizer = new PreTokenizer(definition.PreTokenizer);
        _model = new BytePairModel(definition, _preTokenizer.ByteLevel);
        if (!_preTokenizer.Splits && !_preTokenizer.ByteLevel && _model.NeverJoinsBefore(SentencePieceDecoder.Blank)) _preTokenizer.Add(new BlankRunScanner());
        _template = SpecialTokenTemplate.Create(definition.PostProcessor);
        _decoders = TokenDecoder.Create(definition.Decoder);
        _vocabulary = new TokenVocabulary(definition, Normalize);

        // SentencePiece takes control pieces that a text holds for plain text.
        bool specialIsText = _decoders.Any(d => d is SentencePieceDecoder);
        ILookup<bool, AddedToken> sought = definition.AddedTokens.Where(t => !(specialIsText && t.Special)).ToLookup(t => t.Normalized);
        _addedTokens = new AddedTokenMatcher(sought[false].Select(t => KeyValuePair.Create(t.Content, t)));
        _normalizedAddedTokens = new AddedTokenMatcher(sought[true].Select(t => KeyValuePair.Create(Normalize(t.Content), t)));
    }

    /// <summary>
    /// One more than the largest id. A model's embedding may have more rows, or fewer: SmolLM2's file adds a padding token that its model lacks.
    /// </summary>
    public int VocabularySize => _vocabulary.Size;

    /// <summary>Loads a tokenizer.</summary>
    /// <param name="folderOrFile">A model's folder, or the path of a tokenizer.json or tokenizer.model. In a folder with both, tokenizer.json counts.</param>
    /// <exception cref="FileNotFoundException">There is no such file, or the folder holds neither.</exception>
    /// <exception cref="InvalidDataException">The file is damaged; the message says where.</exception>
    /// <exception cref="NotSupportedException">The tokenizer needs something that is not supported; the message names it.</exception>
    public static LanguageModelTokenizer Load(string folderOrFile)
    {
        ArgumentException.ThrowIfNullOrEmpty(folderOrFile);
        string path = FindFile(folderOrFile);
        byte[] content = File.ReadAllBytes(path);
        try
        {
            // A protocol buffers message of pieces cannot begin like JSON.
            ReadOnlySpan<byte> start = content.AsSpan().TrimStart("\uFEFF \t\r\n"u8);
            return start.StartsWith("{"u8) || path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) ? Parse(content) : ParseSentencePiece(content);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
        catch (NotSupportedException e)
        {
            throw new NotSupportedException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads the content of a tokenizer.json.</summary>
    /// <exception cref="InvalidDataException">The content is damaged; the message says where.</exception>
    /// <exception cref="NotSupportedException">The tokenizer needs something that is not supported; the message names it.</exception>
    public static LanguageModelTokenizer Parse(ReadOnlyMemory<byte> tokenizerJson)
    {
        try
        {
            return new LanguageModelTokenizer(TokenizerJson.Read(tokenizerJson));
        }
        catch (InvalidOperationException e)
        {
            // What a JsonElement throws for bytes or escapes that are no Unicode.
            throw new InvalidDataException($"tokenizer.json holds a string that is not valid Unicode: {e.Message}", e);
        }
    }

    /// <summary>Reads the content of a SentencePiece tokenizer.model of type BPE.</summary>
    /// <exception cref="InvalidDataException">The content is damaged; the message says where.</exception>
    /// <exception cref="NotSupportedException">The model needs something that is not supported; the message names it.</exception>
    public static LanguageModelTokenizer ParseSentencePiece(ReadOnlyMemory<byte> tokenizerModel) => new(SentencePieceModel.Read(tokenizerModel.Span));

    /// <summary>Writes the tokenizer as a tokenizer.json, which transformers can load.</summary>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        TokenizerJson.Write(_definition, stream);
    }

    /// <summary>The id of a token as the vocabulary spells it, or null.</summary>
    public int? TokenId(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        return _vocabulary.IdOf(token);
    }

    /// <summary>The token of an id as the vocabulary spells it, or null.</summary>
    public string? Token(int id) => _vocabulary.TokenOf(id);

    /// <summary>Encodes a text.</summary>
    /// <param name="text">The text. Added tokens that it holds, such as <c>&lt;|im_end|&gt;</c>, become their ids.</param>
    /// <param name="addSpecialTokens">Whether to put the special tokens around it that the tokenizer names for a single text, such as the one that begins a text.</param>
    public IReadOnlyList<int> Encode(string text, bool addSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(text);
        using TokenBuffer output = new(text.Length / 2);
        if (addSpecialTokens) output.Add(_template.Before, at: 0);
        Encode(text, normalize: true, split: true, output);
        if (addSpecialTokens) output.Add(_template.After, at: text.Length);
        return output.ToIds();
    }

    /// <summary>Decodes ids.</summary>
    /// <param name="ids">The ids. Those that stand for no token are passed over, as in the tokenizers library.</param>
    /// <param name="skipSpecialTokens">Whether to leave special tokens out.</param>
    public string Decode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        ArgumentNullException.ThrowIfNull(ids);
        List<string> tokens = _vocabulary.ToDecode(ids, skipSpecialTokens);
        foreach (TokenDecoder decoder in _decoders) tokens = decoder.Decode(tokens);
        return string.Concat(tokens);
    }

    private static string FindFile(string folderOrFile)
    {
        if (!Directory.Exists(folderOrFile)) return folderOrFile;
        foreach (string name in new[] { "tokenizer.json", "tokenizer.model" })
        {
            string path = Path.Combine(folderOrFile, name);
            if (File.Exists(path)) return path;
        }

        throw new FileNotFoundException($"The folder {folderOrFile} holds neither tokenizer.json nor tokenizer.model.", Path.Combine(folderOrFile, "tokenizer.json"));
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Tokens by id and ids by token: the model's own and the added ones.</summary>
internal sealed class TokenVocabulary
{
    private readonly Dictionary<string, int> _ids;
    private readonly string?[] _tokens;
    private readonly string?[] _decoded;
    private readonly bool[] _special;

    /// <param name="definition">The tokenizer.</param>
    /// <param name="normalize">Normalizes an added token.</param>
    public TokenVocabulary(TokenizerDefinition definition, Func<string, string> normalize)
    {
        _ids = new Dictionary<string, int>(definition.Vocabulary, StringComparer.Ordinal);
        Size = Math.Max(definition.Vocabulary.Values.Max(), definition.AddedTokens.Max(t => (int?)t.Id) ?? -1) + 1;
        CheckSize(definition);
        _tokens = new string?[Size];
        _special = new bool[Size];
        foreach ((string token, int id) in definition.Vocabulary)
        {
            if (_tokens[id] is { } other) throw new InvalidDataException($"The vocabulary gives the id {id} to both '{other}' and '{token}'.");
            _tokens[id] = token;
        }

        _decoded = [.. _tokens];
        HashSet<string> special = [.. definition.AddedTokens.Where(t => t.Special).Select(t => t.Content)];
        foreach (AddedToken token in definition.AddedTokens)
        {
            Add(token);

            // As in the reference, a token that is looked for in normalized text is decoded in its normalized form; where that differs,
            // it is not known as a special token any more.
            string decoded = token.Normalized ? normalize(token.Content) : token.Content;
            _decoded[token.Id] = decoded;
            _special[token.Id] = special.Contains(decoded);
        }
    }

    public int Size { get; }

    public int? IdOf(string token) => _ids.TryGetValue(token, out int id) ? id : null;

    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>The strings to decode; as in the reference, ids that stand for no token are passed over.</summary>
    public List<string> ToDecode(IEnumerable<int> ids, bool skipSpecialTokens)
    {
        List<string> tokens = [];
        foreach (int id in ids)
        {
            if ((uint)id < (uint)_decoded.Length && _decoded[id] is { } token && !(skipSpecialTokens && _special[id])) tokens.Add(token);
        }

        return tokens;
    }

    private void CheckSize(TokenizerDefinition definition)
    {
        // Ids index arrays here and rows of the embedding elsewhere: a vocabulary with huge holes is a damaged one.
        int tokens = definition.Vocabulary.Count + definition.AddedTokens.Count;
        if (Size > Math.Max(1_000_000L, tokens * 16L)) throw new InvalidDataException($"The largest id is {Size - 1}, but there are only {tokens} tokens.");
    }

    private void Add(AddedToken token)
    {
        if (_ids.TryGetValue(token.Content, out int known) && known != token.Id)
            throw new InvalidDataException($"The added token '{token.Content}' has the id {token.Id}, but in the vocabulary it is {known}.");
        if (_tokens[token.Id] is { } other && other != token.Content)
            throw new InvalidDataException($"The added token '{token.Content}' has the id {token.Id}, which is that of '{other}'.");

        _ids[token.Content] = token.Id;
        _tokens[token.Id] = token.Content;
    }
}

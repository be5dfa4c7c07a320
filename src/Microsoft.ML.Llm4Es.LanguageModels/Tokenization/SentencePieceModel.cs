using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// Reads a SentencePiece <c>tokenizer.model</c> of type BPE, such as Llama 2's (fields by sentencepiece_model.proto). As in SentencePiece,
/// control pieces such as <c>&lt;s&gt;</c> are plain text where a text holds them.
/// </summary>
internal sealed class SentencePieceModel
{
    private const int BytePairEncoding = 2;

    // SentencePiece trains pieces of up to 16 characters by default; all ways to cut a piece in two are tried here.
    private const int MaxPieceLength = 1024;

    private const int NormalPiece = 1, UnknownPiece = 2, ControlPiece = 3, BytePiece = 6;

    private readonly List<Piece> _pieces = [];

    // The defaults are those of sentencepiece_model.proto.
    private int _modelType = 1;
    private int _beginningId = 1;
    private string _unknownText = " \u2047 ";
    private bool _byteFallback;
    private bool _blankAsSuffix;
    private bool _dummyPrefix = true;
    private bool _removesExtraBlanks = true;
    private bool _escapesBlanks = true;
    private bool _hasNormalization;

    private SentencePieceModel(ReadOnlySpan<byte> model)
    {
        ProtobufReader fields = new(model);
        while (fields.Read())
        {
            switch (fields.Field)
            {
                case 1:
                    ReadPiece(fields.Bytes);
                    break;
                case 2:
                    ReadTrainerSpec(fields.Bytes);
                    break;
                case 3:
                    ReadNormalizerSpec(fields.Bytes);
                    break;
            }
        }

        Check();
    }

    public static TokenizerDefinition Read(ReadOnlySpan<byte> model) => new SentencePieceModel(model).ToDefinition();

    private void ReadPiece(ReadOnlySpan<byte> message)
    {
        string text = "";
        float score = 0;
        int type = NormalPiece;
        ProtobufReader fields = new(message);
        while (fields.Read())
        {
            if (fields.Field == 1) text = Encoding.UTF8.GetString(fields.Bytes);
            if (fields.Field == 2) score = fields.Float;
            if (fields.Field == 3) type = (int)fields.Number;
        }

        _pieces.Add(new Piece(text, score, type));
    }

    private void ReadTrainerSpec(ReadOnlySpan<byte> message)
    {
        ProtobufReader fields = new(message);
        while (fields.Read())
        {
            if (fields.Field == 3) _modelType = (int)fields.Number;
            if (fields.Field == 24) _blankAsSuffix = fields.Number != 0;
            if (fields.Field == 35) _byteFallback = fields.Number != 0;
            if (fields.Field == 41) _beginningId = (int)fields.Number;
            if (fields.Field == 44) _unknownText = Encoding.UTF8.GetString(fields.Bytes);
        }
    }

    private void ReadNormalizerSpec(ReadOnlySpan<byte> message)
    {
        ProtobufReader fields = new(message);
        while (fields.Read())
        {
            if (fields.Field == 2) _hasNormalization = !fields.Bytes.IsEmpty;
            if (fields.Field == 3) _dummyPrefix = fields.Number != 0;
            if (fields.Field == 4) _removesExtraBlanks = fields.Number != 0;
            if (fields.Field == 5) _escapesBlanks = fields.Number != 0;
        }
    }

    private void Check()
    {
        if (_pieces.Count == 0) throw new InvalidDataException("tokenizer.model holds no pieces: not a SentencePiece model.");
        if (_modelType != BytePairEncoding) throw Unsupported($"the model type {_modelType} (1 unigram, 3 word, 4 char)");
        if (_hasNormalization) throw Unsupported("normalization by a precompiled table");
        if (_removesExtraBlanks) throw Unsupported("remove_extra_whitespaces");
        if (!_escapesBlanks) throw Unsupported("escape_whitespaces false");
        if (_blankAsSuffix) throw Unsupported("treat_whitespace_as_suffix");
        for (int id = 0; id < _pieces.Count; id++)
        {
            Piece piece = _pieces[id];
            if (piece.Type is not (NormalPiece or UnknownPiece or ControlPiece or BytePiece))
                throw Unsupported($"the piece '{piece.Text}' of type {piece.Type} (4 user defined, 5 unused)");
            if (piece.Text.Length > MaxPieceLength) throw new InvalidDataException($"tokenizer.model: piece {id} has {piece.Text.Length} characters; at most {MaxPieceLength} are expected.");
        }
    }

    private TokenizerDefinition ToDefinition()
    {
        Dictionary<string, int> vocabulary = new(StringComparer.Ordinal);
        for (int id = 0; id < _pieces.Count; id++)
        {
            if (!vocabulary.TryAdd(_pieces[id].Text, id)) throw new InvalidDataException($"tokenizer.model holds the piece '{_pieces[id].Text}' twice, at {vocabulary[_pieces[id].Text]} and {id}.");
        }

        return new TokenizerDefinition
        {
            Vocabulary = vocabulary,
            Merges = SentencePieceMerges.Of([.. _pieces.Select(piece => piece.Text)], [.. _pieces.Select(piece => piece.Score)], id => _pieces[id].Type == NormalPiece),
            UnknownToken = _pieces.Find(p => p.Type == UnknownPiece)?.Text,
            FuseUnknown = true,
            ByteFallback = _byteFallback,
            AddedTokens = [.. _pieces.Where(p => p.Type == ControlPiece).Select(p => new AddedToken(vocabulary[p.Text], p.Text, false, false, false, Normalized: false, Special: true))],
            Normalizer = MakeNormalizer(),
            PostProcessor = MakePostProcessor(),
            Decoder = MakeDecoder(),
        };
    }

    private JsonElement MakeNormalizer()
    {
        JsonArray steps = [];
        string blank = SentencePieceDecoder.Blank.ToString();
        if (_dummyPrefix) steps.Add(new JsonObject { ["type"] = "Prepend", ["prepend"] = blank });
        steps.Add(new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = " " }, ["content"] = blank });
        return ToElement(new JsonObject { ["type"] = "Sequence", ["normalizers"] = steps });
    }

    private JsonElement? MakePostProcessor() =>
        _beginningId >= 0 && _beginningId < _pieces.Count && _pieces[_beginningId].Type == ControlPiece
            ? SpecialTokenTemplate.BeginWith(_pieces[_beginningId].Text, _beginningId)
            : null;

    private JsonElement MakeDecoder()
    {
        JsonArray control = [.. _pieces.Where(p => p.Type == ControlPiece).Select(p => JsonValue.Create(p.Text))];
        string blank = SentencePieceDecoder.Blank.ToString();
        return ToElement(new JsonObject
        {
            ["type"] = "Sequence",
            ["decoders"] = new JsonArray
            {
                new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = blank }, ["content"] = " " },
                new JsonObject { ["type"] = "ByteFallback" },
                new JsonObject { ["type"] = "Fuse" },
                new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = _dummyPrefix ? 1 : 0, ["stop"] = 0 },
            },
            [SentencePieceDecoder.Property] = new JsonObject
            {
                ["control"] = control,
                ["unknown"] = _pieces.Find(p => p.Type == UnknownPiece)?.Text,
                ["unknown_text"] = _unknownText,
                ["drops_first_blank"] = _dummyPrefix,
            },
        });
    }

    private static JsonElement ToElement(JsonObject json) => JsonSerializer.SerializeToElement(json);

    private static NotSupportedException Unsupported(string what) =>
        new($"tokenizer.model: {what} is not supported; export the model with its tokenizer.json, which needs none of it.");

    private sealed record Piece(string Text, float Score, int Type);
}

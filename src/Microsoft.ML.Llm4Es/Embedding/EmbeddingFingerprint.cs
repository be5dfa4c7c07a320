using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>Names all that a text's vector depends on: weights, tokenizer, precision and the options. Equal fingerprints, equal vectors.</summary>
internal static class EmbeddingFingerprint
{
    public static string Of(CausalLanguageModel model, LanguageModelTokenizer tokenizer, EmbeddingOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = new HashStream(hash);
        model.WriteWeights(stream);
        tokenizer.Save(stream);
        string settings = string.Join('\n', [
            model.Configuration.ToJson(),
            model.Precision.ToString(),
            string.Join(' ', options.Pooling.Names(model.Configuration)),
            options.Prompt,
            FormattableString.Invariant($"{options.LongTexts} {options.MaxTokens} {options.WindowOverlap} {options.Normalize}"),
        ]);
        stream.Write(Encoding.UTF8.GetBytes(settings));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }
}

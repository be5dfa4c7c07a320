using System.Globalization;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Names of values that are components of texts, the leading ones first: singular vectors of a bag of terms, or token embeddings, which begin as such.</summary>
internal static class ComponentSlots
{
    private const string Component = ": component ";

    public static IEnumerable<string> Names(string terms, int count) => Enumerable.Range(0, count).Select(i => terms + Component + i.ToString(CultureInfo.InvariantCulture));

    /// <summary>Whether a name is one of <see cref="Names"/>, or the embedder's of a token embedding (PoolingOptions.Names): layer 0 alone.</summary>
    public static bool IsOne(string slot) => slot.Contains(Component, StringComparison.Ordinal) || slot.Split('.') is [_, "h0", _];
}

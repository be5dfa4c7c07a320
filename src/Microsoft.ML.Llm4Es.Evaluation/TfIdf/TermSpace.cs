using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The terms that count, and where each lies in the latent space of a truncated SVD. It may be empty.</summary>
internal sealed class TermSpace(TermVocabulary vocabulary, float[,] projection)
{
    /// <summary>Gets the length of a vector.</summary>
    public int Dimension { get; } = projection.GetLength(1);

    /// <summary>Gets the number of terms that count.</summary>
    public int Terms => vocabulary.Count;

    /// <summary>Finds the terms and their singular vectors.</summary>
    /// <param name="entities">For each entity how often it has each term; read twice, each valid until the next.</param>
    /// <param name="minEntities">Terms of fewer entities are left out.</param>
    /// <param name="maxTerms">How many terms are kept at most.</param>
    /// <param name="dimension">How many singular vectors; fewer where there are fewer terms or entities.</param>
    /// <param name="seed">The seed of the decomposition.</param>
    public static TermSpace Learn(IEnumerable<IReadOnlyDictionary<string, int>> entities, int minEntities, int maxTerms, int dimension, int seed)
    {
        var entitiesByTerm = new Dictionary<string, int>();
        int count = 0;
        foreach (IReadOnlyDictionary<string, int> terms in entities)
        {
            count++;
            foreach (string term in terms.Keys) entitiesByTerm[term] = entitiesByTerm.GetValueOrDefault(term) + 1;
        }

        TermVocabulary vocabulary = TermVocabulary.Learn(entitiesByTerm, count, minEntities, maxTerms);
        if (vocabulary.Count == 0 || dimension == 0) return new(TermVocabulary.Learn(new Dictionary<string, int>(), count, minEntities, maxTerms), new float[0, 0]);
        List<(int, float)>[] rows = [.. entities.Select(vocabulary.Weigh)];
        return new(vocabulary, TruncatedSvd.Project(rows, vocabulary.Count, dimension, seed));
    }

    /// <summary>Adds the vector of an entity's terms to <paramref name="vector"/>, of length <see cref="Dimension"/>.</summary>
    public void Add(IReadOnlyDictionary<string, int> terms, Span<float> vector)
    {
        foreach ((int term, float weight) in vocabulary.Weigh(terms)) TensorPrimitives.MultiplyAdd(Row(term), weight, vector, vector);
    }

    public void Write(ModelSaveContext context, string entry)
    {
        BinaryWriter writer = context.Writer();
        vocabulary.Write(writer);
        writer.Write(Dimension);
        context.SaveUncompressed(entry, stream =>
        {
            for (int term = 0; term < Terms; term++) stream.Write(MemoryMarshal.AsBytes(Row(term)));
        });
    }

    public static TermSpace Read(ModelLoadContext context, string entry)
    {
        BinaryReader reader = context.Reader();
        TermVocabulary vocabulary = TermVocabulary.Read(reader);
        float[,] projection = new float[vocabulary.Count, reader.ReadInt32()];
        if (!context.TryLoadUncompressed(entry, stream => stream.ReadExactly(MemoryMarshal.AsBytes(All(projection)))))
            throw new InvalidDataException($"The saved model lacks the {entry} of TF-IDF: the file is damaged or was not saved by this library.");
        return new(vocabulary, projection);
    }

    private ReadOnlySpan<float> Row(int term) => All(projection).Slice(term * Dimension, Dimension);

    private static Span<float> All(float[,] matrix) => matrix.Length == 0 ? [] : MemoryMarshal.CreateSpan(ref matrix[0, 0], matrix.Length);
}

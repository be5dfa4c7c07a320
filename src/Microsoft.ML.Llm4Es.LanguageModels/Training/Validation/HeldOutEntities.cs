namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Divides a corpus into sequences to train on and sequences that are held out, entity by entity.</summary>
internal static class HeldOutEntities
{
    /// <summary>The same corpus, share and seed give the same division. Only entities with something to predict are held out.</summary>
    /// <exception cref="ArgumentException">There are fewer than two such entities.</exception>
    internal static (IReadOnlyList<int> Training, IReadOnlyList<int> HeldOut) Divide(TokenCorpus corpus, ValidationOptions? options, int seed)
    {
        int[] all = [.. Enumerable.Range(0, corpus.Count)];
        if (options is null) return (all, []);

        int[] entities = [.. all.Where(sequence => corpus.Length(sequence) > 1).Select(corpus.Entity).Distinct()];
        if (entities.Length < 2)
            throw new ArgumentException($"Validation holds entities out, but there is only {entities.Length} with two tokens or more; 2 are needed. Set Validation to null, or train on more.", nameof(corpus));

        new Random(seed).Shuffle(entities);
        int count = Math.Clamp((int)Math.Round(entities.Length * options.Share), 1, entities.Length - 1);
        HashSet<int> held = [.. entities.AsSpan(0, count)];
        return ([.. all.Where(sequence => !held.Contains(corpus.Entity(sequence)))], [.. all.Where(sequence => held.Contains(corpus.Entity(sequence)))]);
    }
}

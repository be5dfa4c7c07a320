namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Sequences in memory.</summary>
internal sealed class ArrayTokenCorpus : TokenCorpus
{
    private readonly IReadOnlyList<int[]> _sequences;
    private readonly IReadOnlyList<int>? _entities;

    internal ArrayTokenCorpus(IReadOnlyList<int[]> sequences, IReadOnlyList<int>? entities)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (entities is not null && entities.Count != sequences.Count)
            throw new ArgumentException($"There are {entities.Count} entities for {sequences.Count} sequences; one each is expected.", nameof(entities));

        _sequences = sequences;
        _entities = entities;
        TokenCount = sequences.Sum(sequence => (long)sequence.Length);
    }

    public override int Count => _sequences.Count;

    public override long TokenCount { get; }

    public override int Length(int sequence) => _sequences[sequence].Length;

    public override int Entity(int sequence) => _entities?[sequence] ?? sequence;

    public override void CopyTo(int sequence, int start, Span<int> destination) => _sequences[sequence].AsSpan(start, destination.Length).CopyTo(destination);
}

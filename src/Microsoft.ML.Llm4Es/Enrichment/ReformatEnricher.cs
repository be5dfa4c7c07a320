using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Retells events without a language model: reads the text that <c>TextifyEvents</c> wrote, and writes it in other forms, with fields in another order and under
/// other names. Every variant has all events and all of their values. The same seed, text and variant give the same result everywhere.
/// </summary>
public sealed class ReformatEnricher : Enricher
{
    private readonly ReformatEnricherOptions _options;
    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _synonyms;

    /// <summary>Initializes an enricher with the default settings.</summary>
    public ReformatEnricher()
        : this(new ReformatEnricherOptions())
    {
    }

    /// <summary>Initializes an enricher.</summary>
    /// <param name="options">The settings; later changes to them have no effect.</param>
    public ReformatEnricher(ReformatEnricherOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Clone();
        _synonyms = options.Synonyms ?? FieldSynonyms.Default;
    }

    internal ReformatEnricherOptions Options => _options;

    /// <summary>Writes one variant.</summary>
    /// <param name="text">The text of an entity's events, in the form of <see cref="EventTable"/>.</param>
    /// <param name="variant">Which variant, from 0. As many as there are formats differ in format.</param>
    /// <returns>The variant.</returns>
    /// <exception cref="FormatException">The text is not in the form of <see cref="EventTable"/>.</exception>
    public string Reformat(string text, int variant)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfNegative(variant);

        EventTable table = Parse(text);
        ulong hash = Hash(text);
        // By text, so that variants of a text are of different formats, and texts do not all begin with the same one.
        EventTextFormat[] formats = [.. _options.Formats];
        NewRandom(hash, -1).Shuffle(formats);
        Random random = NewRandom(hash, variant);
        return EventFormat.Of(formats[variant % formats.Length]).Write(Arrange(table, random), random);
    }

    /// <inheritdoc/>
    public override async IAsyncEnumerable<EnrichmentResponse> EnrichAsync(
        IReadOnlyList<EnrichmentRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(requests);
        foreach (EnrichmentRequest request in requests)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return new EnrichmentResponse(request, Reformat(request.Text, request.Variant));
        }

        await Task.CompletedTask;
    }

    private static EventTable Parse(string text)
    {
        try
        {
            return EventTable.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new FormatException(
                $"ReformatEnricher reads texts as TextifyEvents writes them. {exception.Message} Name the column that TextifyEvents made, or choose an enricher that reads any text.",
                exception);
        }
    }

    /// <summary>Fields in another order and under other names, as the options allow.</summary>
    private EventTable Arrange(EventTable table, Random random)
    {
        int[] order = [.. Enumerable.Range(0, table.Fields.Count)];
        if (_options.ShuffleFields) random.Shuffle(order);
        IReadOnlyList<string> names = _options.RenameFields ? FieldSynonyms.Rename(table.Fields, _synonyms, random) : table.Fields;
        return new EventTable([.. order.Select(field => names[field])], [.. table.Events.Select(values => (string[])[.. order.Select(field => values[field])])]);
    }

    private static ulong Hash(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(MemoryMarshal.AsBytes(text.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    /// <summary>.NET keeps the numbers of a seed the same in all versions.</summary>
    private Random NewRandom(ulong text, int variant)
    {
        ulong mixed = text ^ (((ulong)(uint)_options.Seed << 32) | (uint)variant) * 0x9E3779B97F4A7C15;
        return new Random((int)(mixed ^ (mixed >> 32)));
    }
}

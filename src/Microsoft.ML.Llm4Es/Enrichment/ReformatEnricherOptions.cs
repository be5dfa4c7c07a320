namespace Microsoft.ML.Llm4Es;

/// <summary>Settings of <see cref="ReformatEnricher"/>.</summary>
public sealed class ReformatEnricherOptions
{
    /// <summary>Gets or sets the forms to write. A text's variants go through them in an order of its own. Default: all.</summary>
    /// <exception cref="ArgumentException">There is none, or one twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One is not defined.</exception>
    public IReadOnlyList<EventTextFormat> Formats
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("At least one format is expected.", nameof(value));
            if (value.Distinct().Count() < value.Count) throw new ArgumentException("A format is named twice.", nameof(value));
            foreach (EventTextFormat format in value) EventFormat.Of(format);
            field = [.. value];
        }
    } = Enum.GetValues<EventTextFormat>();

    /// <summary>Gets or sets whether the fields come in another order in each variant. Default true.</summary>
    public bool ShuffleFields { get; set; } = true;

    /// <summary>Gets or sets whether fields may be called by a synonym. Default true.</summary>
    public bool RenameFields { get; set; } = true;

    /// <summary>Gets or sets the other names that a field may be called by. Default null: those of some thirty fields that event data often has.</summary>
    /// <exception cref="ArgumentException">A name is null or empty.</exception>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Synonyms
    {
        get;
        set
        {
            foreach ((string name, IReadOnlyList<string> others) in value ?? new Dictionary<string, IReadOnlyList<string>>())
            {
                if (others is null || others.Any(string.IsNullOrEmpty)) throw new ArgumentException($"A synonym of '{name}' is null or empty.", nameof(value));
            }

            field = value;
        }
    }

    /// <summary>Gets or sets the seed of all that is left to chance. Default 0.</summary>
    public int Seed { get; set; }

    internal ReformatEnricherOptions Clone() => (ReformatEnricherOptions)MemberwiseClone();
}

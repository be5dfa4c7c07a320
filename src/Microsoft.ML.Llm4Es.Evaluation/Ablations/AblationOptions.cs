namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an ablation is called, and how its variants are judged.</summary>
public sealed class AblationOptions
{
    /// <summary>Gets or sets what the ablation is called in its report, such as <c>tuning</c>.</summary>
    public required string Name { get; set; }

    /// <summary>Gets or sets what is predicted, and how that is judged. Folds and classifier are the same for all variants and seeds; bootstrap intervals and breakdowns are not made.</summary>
    public required DownstreamEvaluationOptions Evaluation { get; set; }

    /// <summary>Gets or sets the seeds; each variant is made and evaluated once for each. Default 42 and 43.</summary>
    /// <exception cref="ArgumentException">There is none, or one twice.</exception>
    public IReadOnlyList<int> Seeds
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Count == 0) throw new ArgumentException("At least one seed is expected.", nameof(value));
            if (value.Distinct().Count() < value.Count) throw new ArgumentException("A seed is named twice; it would give the same result twice.", nameof(value));
            field = [.. value];
        }
    } = [42, 43];

    /// <summary>Gets or sets what the numbers of <see cref="AblationVariant.Position"/> are, for the chart, such as <c>share of labels</c>. Default: empty.</summary>
    public string PositionName { get; set; } = "";
}

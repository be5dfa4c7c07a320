using System.Runtime.CompilerServices;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How the next token is drawn at random from the model's probabilities.</summary>
/// <remarks>
/// In this order, as in Hugging Face's transformers: <see cref="Temperature"/>, <see cref="TopK"/>, <see cref="TopP"/>, <see cref="MinP"/>; what they leave
/// is drawn from in proportion to its probability. By default nothing is left out.
/// </remarks>
public sealed record SamplingOptions
{
    /// <summary>Gets what logits are divided by: below 1 likely tokens become likelier, above 1 less so. Above 0; 1 by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a finite number above 0.</exception>
    public double Temperature { get; init => field = Within(value, value > 0 && double.IsFinite(value), "a finite number above 0"); } = 1;

    /// <summary>Gets how many of the likeliest tokens are kept, and those as likely as the last of them. At least 1; <see langword="null"/>, all, by default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? TopK { get; init => field = value is null ? null : Within(value.Value, value >= 1, "1 or more"); }

    /// <summary>Gets the probability that the kept tokens have together at least: the likeliest are kept until they do. Above 0, up to 1; 1, all, by default.</summary>
    /// <remarks>Nucleus sampling (Holtzman et al., arXiv 1904.09751).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above 0 and up to 1.</exception>
    public double TopP { get; init => field = Within(value, value is > 0 and <= 1, "above 0 and up to 1"); } = 1;

    /// <summary>Gets the share of the likeliest token's probability that a token needs to be kept. From 0 to 1; 0, all, by default.</summary>
    /// <remarks>Min-p sampling (Nguyen et al., arXiv 2407.01082).</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 0 to 1.</exception>
    public double MinP { get; init => field = Within(value, value is >= 0 and <= 1, "from 0 to 1"); }

    /// <summary>Gets what determines the draws; <see langword="null"/>, other draws each time, by default.</summary>
    /// <remarks>Each prompt has a generator of its own, from the seed and the prompt's place in the call: what it is batched with does not matter.</remarks>
    public long? Seed { get; init; }

    private static T Within<T>(T value, bool isAllowed, string range, [CallerMemberName] string name = "") =>
        isAllowed ? value : throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
}

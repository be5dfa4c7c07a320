using System.Runtime.CompilerServices;
using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es;

/// <summary>How texts become vectors once the model is tuned; all of it is saved in a model, but for the cache's folder.</summary>
public sealed record EmbeddingOptions
{
    /// <summary>
    /// Gets which hidden states become the vector, and how: parts, each a range of layers and a way of pooling tokens. Default: the token embeddings by
    /// <see cref="TokenPooling.SublinearMean"/>, then the mean over the upper two thirds of the layers; the paper has the second alone, <c>new PoolingOptions()</c>. See docs/recipe.md.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public PoolingOptions Pooling { get; init => field = NotNull(value); } = new() { Parts = [new(LayerRange.TokenEmbeddings, TokenPooling.SublinearMean), new(LayerRange.UpperTwoThirds)] };

    /// <summary>Gets a task prompt that the model reads before each text. Its own tokens are not pooled. Default: empty, none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Prompt { get; init => field = NotNull(value); } = "";

    /// <summary>Gets what becomes of texts that are longer than <see cref="MaxTokens"/>. Default: <see cref="LongTexts.Windows"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not defined.</exception>
    public LongTexts LongTexts { get; init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "Expected Windows or MostRecent."); }

    /// <summary>Gets the most tokens, the prompt's included, that the model reads in one piece. Default null: the model's context.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int? MaxTokens { get; init => field = value is null ? null : AtLeast(1, value.Value); }

    /// <summary>Gets how many tokens before a window the model reads again, as context that is not pooled twice. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int WindowOverlap { get; init => field = AtLeast(0, value); }

    /// <summary>Gets whether vectors are scaled to length 1, so that their product is the cosine of their angle. Default: no.</summary>
    public bool Normalize { get; init; }

    /// <summary>Gets how many tokens are embedded together. Default 8,192; lower it where memory is short.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int TokensPerBatch { get; init => field = AtLeast(1, value); } = 8192;

    /// <summary>Gets how many rows a cursor reads ahead, so that texts of like length can be embedded together. Default 256.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public int RowsPerBatch { get; init => field = AtLeast(1, value); } = 256;

    /// <summary>Gets how vectors are kept, so that a trainer's passes compute each text once. Default: 100,000 of them, up to 1 GiB, in memory.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public EmbeddingCacheOptions Cache { get; init => field = NotNull(value); } = new();

    private static int AtLeast(int least, int value, [CallerMemberName] string name = "") =>
        value >= least ? value : throw new ArgumentOutOfRangeException(name, value, $"Expected {least} or more.");

    private static T NotNull<T>(T value, [CallerMemberName] string name = "")
        where T : class => value ?? throw new ArgumentNullException(name);
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Bounds on the work that rendering a chat template may do, so that a template from an untrusted checkpoint ends soon and stays small.</summary>
public sealed record ChatTemplateLimits
{
    /// <summary>The limits used where none are given.</summary>
    public static ChatTemplateLimits Default { get; } = new();

    /// <summary>
    /// Gets the number of steps one rendering may take: one for each expression, statement and list element, and one for every eight characters of text made.
    /// Default 20,000,000, a few seconds at most; a chat of a hundred messages takes some ten thousand.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public long MaxSteps
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxSteps));
            field = value;
        }
    } = 20_000_000;

    /// <summary>Gets the length, in UTF-16 characters, that the rendered text and any text on the way to it may have. Default 16,777,216.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 1,000,000,000.</exception>
    public int MaxTextLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxTextLength));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_000_000_000, nameof(MaxTextLength));
            field = value;
        }
    } = 16_777_216;

    /// <summary>Gets how deep expressions, blocks and macro calls may nest while rendering. Default 1000, Python's own recursion limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1 or above 10,000.</exception>
    public int MaxDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1, nameof(MaxDepth));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10_000, nameof(MaxDepth));
            field = value;
        }
    } = 1000;
}

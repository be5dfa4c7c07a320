namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Continues prompts of tokens with a language model. For texts: <see cref="TextGenerator"/>.</summary>
/// <remarks>The model stays the caller's. Any number of threads may generate at once, each with a batch of its own.</remarks>
/// <param name="model">The model.</param>
public sealed class TokenGenerator(CausalLanguageModel model)
{
    /// <summary>Gets how many prompts are continued at a time; when one ends, the next takes its place. At least 1; 16 by default.</summary>
    /// <remarks>The key/value cache takes 2 × layers × key/value heads × head dimension numbers for each of them and each token of the longest.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, $"{nameof(BatchSize)} must be 1 or more.");
    }
    = 16;

    /// <summary>Continues prompts.</summary>
    /// <param name="prompts">The prompts, each of one token or more; they may differ in length. What a prompt gives does not depend on the others.</param>
    /// <param name="options">How to continue; greedily by default.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the call between two steps.</param>
    /// <returns>What was generated from each prompt, in the order of the prompts.</returns>
    /// <exception cref="ArgumentException">A prompt is empty, leaves no room in the context, or has a token that the model lacks; or the options name stop strings.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IReadOnlyList<GeneratedTokens> Generate(
        IReadOnlyList<IReadOnlyList<int>> prompts,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        options ??= new();
        if (options.StopStrings.Count > 0)
            throw new ArgumentException($"{nameof(GenerationOptions.StopStrings)} need a tokenizer: use {nameof(TextGenerator)}, or {nameof(GenerationOptions.StopTokenIds)}.", nameof(options));

        GenerationRow[] rows = [.. prompts.Select((prompt, row) => new GenerationRow(prompt, row, options, model.Configuration, text: null))];
        DecodingBatch.Run(model, BatchSize, rows, progress, cancellationToken);
        return [.. rows.Select(row => row.ToTokens())];
    }
}

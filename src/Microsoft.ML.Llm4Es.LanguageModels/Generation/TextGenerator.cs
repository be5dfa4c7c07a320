using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Continues texts with a language model: many at a time, or one whose text is shown as it comes.</summary>
/// <remarks>
/// The model stays the caller's, and is to be disposed after the last call has returned. Any number of threads may generate at once. Asynchronous calls
/// share one batch, on a thread of the pool; each synchronous call has a batch of its own, on the caller's thread.
/// </remarks>
public sealed class TextGenerator
{
    private readonly Lazy<DecodingWorker> _worker;

    /// <summary>Makes a generator.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    public TextGenerator(CausalLanguageModel model, LanguageModelTokenizer tokenizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokenizer);
        Model = model;
        Tokenizer = tokenizer;
        _worker = new(() => new(model, BatchSize));
    }

    /// <summary>Gets the model.</summary>
    public CausalLanguageModel Model { get; }

    /// <summary>Gets the tokenizer.</summary>
    public LanguageModelTokenizer Tokenizer { get; }

    /// <summary>Gets how many prompts are continued at a time; when one ends, the next takes its place. At least 1; 16 by default.</summary>
    /// <remarks>The key/value cache takes 2 × layers × key/value heads × head dimension numbers for each of them and each token of the longest.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int BatchSize
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(BatchSize), value, $"{nameof(BatchSize)} must be 1 or more.");
    }
    = 16;

    /// <summary>Continues texts.</summary>
    /// <param name="prompts">The texts; special tokens that the tokenizer names for a single text, such as the one that begins it, are put around them. What a prompt gives does not depend on the others.</param>
    /// <param name="options">How to continue; greedily by default.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Ends the call between two steps.</param>
    /// <returns>What was generated from each prompt, in the order of the prompts.</returns>
    /// <exception cref="ArgumentException">A prompt has no tokens, leaves no room in the context, or the tokenizer is not the model's.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IReadOnlyList<GeneratedText> Generate(
        IReadOnlyList<string> prompts,
        GenerationOptions? options = null,
        IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        GenerationRow[] rows = [.. prompts.Select((prompt, row) => Row(Encode(prompt), row, options ?? new()))];
        DecodingBatch.Run(Model, BatchSize, rows, progress, cancellationToken);
        return [.. rows.Select(row => row.ToText())];
    }

    /// <summary>Continues a text on the thread pool, in one batch with the other asynchronous calls.</summary>
    /// <param name="prompt">The text; special tokens are put around it as in <see cref="Generate"/>.</param>
    /// <param name="options">How to continue; greedily by default.</param>
    /// <param name="cancellationToken">Ends the call; the text leaves the batch before its next step.</param>
    /// <returns>What was generated.</returns>
    /// <exception cref="ArgumentException">The prompt has no tokens, leaves no room in the context, or the tokenizer is not the model's.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<GeneratedText> GenerateAsync(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedText? completed = null;
        await foreach (GeneratedPiece piece in GenerateStreamingAsync(prompt, options, cancellationToken).ConfigureAwait(false)) completed = piece.Completed;
        return completed!;
    }

    /// <summary>Continues a text on the thread pool, in one batch with the other asynchronous calls, and gives its pieces as they become certain.</summary>
    /// <param name="prompt">The text; special tokens are put around it as in <see cref="Generate"/>.</param>
    /// <param name="options">How to continue; greedily by default.</param>
    /// <param name="cancellationToken">Ends the enumeration; the text leaves the batch before its next step, as it does when the enumeration is left.</param>
    /// <returns>The pieces; the last has the whole.</returns>
    /// <exception cref="ArgumentException">The prompt has no tokens, leaves no room in the context, or the tokenizer is not the model's.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<GeneratedPiece> GenerateStreamingAsync(string prompt, GenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        StreamAsync(Encode(prompt), options ?? new(), cancellationToken);

    /// <summary>Continues tokens; otherwise as <see cref="GenerateStreamingAsync"/>.</summary>
    /// <param name="promptTokenIds">The tokens; nothing is put around them.</param>
    /// <param name="options">How to continue; greedily by default.</param>
    /// <param name="cancellationToken">Ends the enumeration; the text leaves the batch before its next step, as it does when the enumeration is left.</param>
    /// <returns>The pieces; the last has the whole.</returns>
    /// <exception cref="ArgumentException">There are no tokens, they leave no room in the context, or the model lacks one.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public IAsyncEnumerable<GeneratedPiece> GenerateFromTokensStreamingAsync(IReadOnlyList<int> promptTokenIds, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(promptTokenIds);
        return StreamAsync(promptTokenIds, options ?? new(), cancellationToken);
    }

    private IAsyncEnumerable<GeneratedPiece> StreamAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        // What is wrong with the arguments is said now, not when the enumeration begins.
        Row(prompt, row: 0, options);
        return Enumerate(cancellationToken);

        async IAsyncEnumerable<GeneratedPiece> Enumerate([EnumeratorCancellation] CancellationToken cancellation)
        {
            using CancellationTokenSource left = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            Channel<GeneratedPiece> pieces = Channel.CreateUnbounded<GeneratedPiece>(new() { SingleReader = true, SingleWriter = true });
            _worker.Value.Add(new(Row(prompt, row: 0, options), pieces.Writer, left.Token));
            try
            {
                await foreach (GeneratedPiece piece in pieces.Reader.ReadAllAsync(cancellation).ConfigureAwait(false)) yield return piece;
            }
            finally
            {
                await left.CancelAsync().ConfigureAwait(false);
            }
        }
    }

    private IReadOnlyList<int> Encode(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return Tokenizer.Encode(prompt, addSpecialTokens: true);
    }

    private GenerationRow Row(IReadOnlyList<int> prompt, int row, GenerationOptions options)
    {
        // Texts do not show special tokens: those that are named as stop strings are looked for among the tokens.
        int[] special = [.. options.StopStrings.Select(Tokenizer.TokenId).OfType<int>().Where(id => Tokenizer.Decode([id], skipSpecialTokens: true).Length == 0)];
        if (special.Length > 0) options = options with { StopTokenIds = [.. options.StopTokenIds ?? Model.Configuration.EndOfTextIds, .. special] };
        return new(prompt, row, options, Model.Configuration, new(Tokenizer, options.StopStrings));
    }
}

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

public sealed class TextGeneratorTests : IDisposable
{
    private static readonly GenerationOptions Sampled = new() { MaxNewTokens = 60, StopTokenIds = [], Sampling = new() { Temperature = 3, Seed = 5 } };

    private readonly CausalLanguageModel _model = TinyTextModel.Create();
    private readonly TextGenerator _generator;

    public TextGeneratorTests() => _generator = new(_model, TinyTextModel.Tokenizer);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Generate_DecodesWhatWasGenerated()
    {
        foreach (GeneratedText generated in _generator.Generate(["abc", "x"], Sampled, cancellationToken: Cancellation))
        {
            string decoded = TinyTextModel.Tokenizer.Decode(generated.TokenIds, skipSpecialTokens: true);
            Assert.Equal(decoded.TrimEnd('\uFFFD'), generated.Text);
            Assert.Equal(FinishReason.Length, generated.FinishReason);
            Assert.Equal(60, generated.TokenIds.Count);
        }
    }

    [Fact]
    public async Task GenerateStreamingAsync_GivesTheSameTextInPieces()
    {
        GeneratedText whole = _generator.Generate(["abc"], Sampled, cancellationToken: Cancellation)[0];
        List<GeneratedPiece> pieces = await CollectAsync(_generator.GenerateStreamingAsync("abc", Sampled, Cancellation));

        Assert.Equal(whole.Text, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.InRange(pieces.Count, 10, 60);
        Assert.All(pieces.SkipLast(1), piece => Assert.Null(piece.Completed));
        AssertSame(whole, pieces[^1].Completed!);
        AssertSame(whole, await _generator.GenerateAsync("abc", Sampled, Cancellation));
    }

    [Fact]
    public async Task StopStrings_EndTheTextBeforeThem_WhereverTokensEnd()
    {
        string all = _generator.Generate(["abc"], Sampled, cancellationToken: Cancellation)[0].Text;

        // A string in the middle; tokens are bytes, so that it is made of several.
        string stop = all.Substring(all.Length / 2, 3);
        GenerationOptions options = Sampled with { StopStrings = ["no such string", stop] };
        List<GeneratedPiece> pieces = await CollectAsync(_generator.GenerateStreamingAsync("abc", options, Cancellation));

        string expected = all[..all.IndexOf(stop, StringComparison.Ordinal)];
        Assert.Equal(expected, string.Concat(pieces.Select(piece => piece.Text)));
        Assert.Equal(expected, pieces[^1].Completed!.Text);
        Assert.Equal(FinishReason.StopString, pieces[^1].Completed!.FinishReason);
    }

    [Fact]
    public void StopStrings_ThatAreSpecialTokens_EndTheText()
    {
        LanguageModelTokenizer tokenizer = TinyTextModel.Tokenizer;
        Assert.Equal(TinyTextModel.End, tokenizer.TokenId("<end>"));

        // Of 257 tokens that are about as likely as one another, the end comes soon.
        GenerationOptions often = Sampled with { MaxNewTokens = 2000, StopStrings = ["<end>"] };
        GeneratedText generated = _generator.Generate(["abc"], often, cancellationToken: Cancellation)[0];

        Assert.Equal(FinishReason.StopToken, generated.FinishReason);
        Assert.Equal(TinyTextModel.End, generated.TokenIds[^1]);
        Assert.DoesNotContain("<end>", generated.Text);
    }

    [Fact]
    public async Task GenerateAsync_OfManyCallersAtOnce_GivesEachWhatItGetsAlone()
    {
        string[] prompts = [.. Enumerable.Range(0, 12).Select(i => new string((char)('a' + i), 1 + (i % 5)))];
        GenerationOptions[] options = [.. prompts.Select((_, i) => Sampled with { MaxNewTokens = 5 + (7 * i), Sampling = i % 3 == 0 ? null : new() { Temperature = 2, Seed = i } })];
        TextGenerator shared = new(_model, TinyTextModel.Tokenizer) { BatchSize = 4 };

        GeneratedText[] together = await Task.WhenAll(prompts.Select((prompt, i) => shared.GenerateAsync(prompt, options[i], Cancellation)));

        for (int i = 0; i < prompts.Length; i++) AssertSame(_generator.Generate([prompts[i]], options[i], cancellationToken: Cancellation)[0], together[i]);
    }

    [Fact]
    public async Task GenerateStreamingAsync_Cancelled_Throws_AndOthersGoOn()
    {
        TextGenerator shared = new(_model, TinyTextModel.Tokenizer) { BatchSize = 2 };
        GenerationOptions @long = Sampled with { MaxNewTokens = 400 };
        using CancellationTokenSource cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        Task<GeneratedText> other = shared.GenerateAsync("other", @long, Cancellation);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedPiece _ in shared.GenerateStreamingAsync("abc", @long, cancellation.Token)) await cancellation.CancelAsync();
        });

        await foreach (GeneratedPiece _ in shared.GenerateStreamingAsync("left", @long, Cancellation)) break;

        AssertSame(_generator.Generate(["other"], @long, cancellationToken: Cancellation)[0], await other);
        Assert.Equal(400, (await shared.GenerateAsync("abc", @long, Cancellation)).TokenIds.Count);
    }

    [Fact]
    public void GenerateStreamingAsync_RefusesBadPromptsAtOnce()
    {
        Assert.Throws<ArgumentException>(() => _generator.GenerateStreamingAsync("", cancellationToken: Cancellation));
        Assert.Throws<ArgumentException>(() => _generator.GenerateFromTokensStreamingAsync([], cancellationToken: Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new TextGenerator(_model, TinyTextModel.Tokenizer) { BatchSize = 0 });
    }

    [Fact]
    public async Task GenerateAsync_WhenTheModelIsGone_SaysSo_InsteadOfWaiting()
    {
        CausalLanguageModel model = TinyTextModel.Create();
        TextGenerator generator = new(model, TinyTextModel.Tokenizer);
        model.Dispose();
        await Assert.ThrowsAnyAsync<Exception>(() => generator.GenerateAsync("abc", cancellationToken: Cancellation));
    }

    private static void AssertSame(GeneratedText expected, GeneratedText actual)
    {
        Assert.Equal(expected.Text, actual.Text);
        Assert.Equal(expected.TokenIds, actual.TokenIds);
        Assert.Equal(expected.FinishReason, actual.FinishReason);
        Assert.Equal(expected.PromptTokenCount, actual.PromptTokenCount);
    }

    private static async Task<List<GeneratedPiece>> CollectAsync(IAsyncEnumerable<GeneratedPiece> pieces)
    {
        List<GeneratedPiece> all = [];
        await foreach (GeneratedPiece piece in pieces) all.Add(piece);
        return all;
    }
}

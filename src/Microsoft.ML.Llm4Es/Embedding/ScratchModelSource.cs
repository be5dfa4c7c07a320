using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;
using static System.FormattableString;

namespace Microsoft.ML.Llm4Es;

/// <summary>A new model of random weights, with a vocabulary learned from the training texts.</summary>
internal sealed class ScratchModelSource(LanguageModelPreset preset) : LanguageModelSource
{
    private const string BeginningOfText = "<s>";
    private const string EndOfText = "</s>";

    private static readonly string[] Names = ["tiny", "small", "medium"];

    internal override TrainingOptions DefaultTraining => TrainingDefaults.FromScratch(preset.ContextLength);

    internal override bool IsFromScratch => true;

    /// <inheritdoc/>
    /// <remarks>As <see cref="LanguageModelSource.Parse"/> reads it, where it has such a name; else by what is other than in the small preset.</remarks>
    public override string ToString() =>
        Names.FirstOrDefault(name => LanguageModelPreset.Parse(name) == preset) is { } name
            ? $"scratch:{name}"
            : $"scratch with {string.Join(", ", Settings(preset).Except(Settings(LanguageModelPreset.Small)))}";

    internal override OpenedLanguageModel Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation)
    {
        log($"learning a vocabulary of up to {preset.VocabularySize} tokens from {texts.Count} texts");
        LanguageModelTokenizer tokenizer = BytePairTrainer.Train(texts, TokenizerOptions(), progress: null, cancellation);
        LanguageModelConfiguration configuration = preset.ToConfiguration(tokenizer.VocabularySize, tokenizer.TokenId(BeginningOfText), tokenizer.TokenId(EndOfText));
        CausalLanguageModel model = CausalLanguageModel.Create(configuration, seed, device);
        try
        {
            if (preset.TokenEmbeddings == TokenEmbeddingInitialization.LatentSemantic) LatentSemanticEmbeddings.AddTo(model, tokenizer, texts, seed, cancellation);
            return new(model, tokenizer);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private BytePairTrainerOptions TokenizerOptions()
    {
        var words = new BytePairTrainerOptions { VocabularySize = preset.VocabularySize, SpecialTokens = [BeginningOfText, EndOfText] };
        return preset.ValueTokens == 0
            ? words
            : words with { Pattern = BytePairTrainerOptions.ValuePattern, WholePieces = (int)(preset.ValueTokens * preset.VocabularySize) };
    }

    private static IEnumerable<string> Settings(LanguageModelPreset preset) =>
    [
        Invariant($"hidden size {preset.HiddenSize}"),
        Invariant($"{preset.HiddenLayers} layers"),
        Invariant($"{preset.AttentionHeads} heads"),
        Invariant($"{preset.KeyValueHeads} key/value heads"),
        Invariant($"intermediate size {preset.IntermediateSize}"),
        Invariant($"vocabulary {preset.VocabularySize}"),
        Invariant($"value tokens {preset.ValueTokens}"),
        Invariant($"{preset.TokenEmbeddings} token embeddings"),
        Invariant($"context {preset.ContextLength}"),
    ];
}

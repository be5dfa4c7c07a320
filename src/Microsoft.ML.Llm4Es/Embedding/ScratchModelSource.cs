using Microsoft.ML.Llm4Es.LanguageModels;
using TorchSharp;

namespace Microsoft.ML.Llm4Es;

/// <summary>A new model of random weights, with a vocabulary learned from the training texts.</summary>
internal sealed class ScratchModelSource(LanguageModelPreset preset) : LanguageModelSource
{
    private const string BeginningOfText = "<s>";
    private const string EndOfText = "</s>";

    /// <summary>First settings that learn within minutes on two cores; docs/results.md has what they reach.</summary>
    internal override TrainingOptions DefaultTraining => new()
    {
        Epochs = 3,
        MaxTokens = 2_000_000,
        ContextLength = preset.ContextLength,
        TokensPerBatch = 8192,
        LearningRate = 2e-3,
        WarmupFraction = 0.05,
        AdamBeta1 = 0.9,
        AdamBeta2 = 0.95,
        AdamEpsilon = 1e-8,
        WeightDecay = 0.1,
        MaxGradientNorm = 1,
    };

    /// <inheritdoc/>
    public override string ToString() => "a model from scratch";

    internal override (CausalLanguageModel Model, LanguageModelTokenizer Tokenizer) Open(
        IReadOnlyList<string> texts, int seed, torch.Device device, Action<string> log, CancellationToken cancellation)
    {
        log($"learning a vocabulary of up to {preset.VocabularySize} tokens from {texts.Count} texts");
        var options = new BytePairTrainerOptions { VocabularySize = preset.VocabularySize, SpecialTokens = [BeginningOfText, EndOfText] };
        LanguageModelTokenizer tokenizer = BytePairTrainer.Train(texts, options, progress: null, cancellation);
        LanguageModelConfiguration configuration = preset.ToConfiguration(tokenizer.VocabularySize, tokenizer.TokenId(BeginningOfText), tokenizer.TokenId(EndOfText));
        return (CausalLanguageModel.Create(configuration, seed, device), tokenizer);
    }
}

// Trains a tiny model in a process that a test can kill or starve: CHECKPOINTS WEIGHTS [TOKENS-PER-BATCH]. The same command again goes on.
// Writes each step to standard output as it is done, and the final weights to WEIGHTS.
using Microsoft.ML.Llm4Es.LanguageModels;

string checkpoints = args[0], weights = args[1];
int tokensPerBatch = args.Length > 2 ? int.Parse(args[2], System.Globalization.CultureInfo.InvariantCulture) : 128;
const int Vocabulary = 64, SequenceLength = 33;

using CausalLanguageModel model = CausalLanguageModel.Create(
    new LanguageModelConfiguration { VocabularySize = Vocabulary, HiddenSize = 32, IntermediateSize = 64, HiddenLayers = 2, AttentionHeads = 4, KeyValueHeads = 2 },
    seed: 1);
var options = new TrainingOptions
{
    Epochs = 8,
    TokensPerBatch = tokensPerBatch,
    ContextLength = 32,
    LearningRate = 0.01,
    Validation = new ValidationOptions { Share = 0.1, EverySteps = 7 },
    Checkpoints = new CheckpointOptions(checkpoints) { EverySteps = 1 },
    Log = Console.Error.WriteLine,
};
var random = new Random(2);
int[][] sequences = [.. Enumerable.Range(0, Math.Max(100, 2 * tokensPerBatch / SequenceLength))
    .Select(_ => random.Next(Vocabulary))
    .Select(start => Enumerable.Range(start, SequenceLength).Select(id => id % Vocabulary).ToArray())];

try
{
    new CausalLanguageModelTrainer(model, options).Train(sequences, new StepLine());
    using FileStream file = File.Create(weights);
    model.WriteWeights(file);
    return 0;
}
catch (Exception problem) when (problem is IOException or InsufficientMemoryException)
{
    Console.Error.WriteLine($"{problem.GetType().Name}: {problem.Message}");
    return 1;
}

internal sealed class StepLine : IProgress<TrainingProgress>
{
    public void Report(TrainingProgress value) => Console.WriteLine(value.Step);
}

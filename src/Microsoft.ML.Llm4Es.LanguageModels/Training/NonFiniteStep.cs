using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A step whose loss or gradient is infinite or not a number: finds out which sequences it is due to.</summary>
internal sealed record NonFiniteStep(CausalLanguageModel Model, TokenCorpus Corpus, TrainingStep Step, double LearningRate, double Loss, double GradientNorm)
{
    private const int MostNamed = 10;

    internal NotFiniteNumberException ToException()
    {
        bool isLoss = !double.IsFinite(Loss);
        (string what, double value) = isLoss ? ("loss", Loss) : ("gradient's norm", GradientNorm);
        TrainingWindow[] windows = [.. Step.Batches.SelectMany(batch => batch)];
        TrainingWindow[] causes = isLoss ? [.. windows.Where(window => !double.IsFinite(LossOf(window)))] : [];
        string remedy = causes.Length == windows.Length
            ? "All of them do it alone, so the weights themselves are likely not finite or far too large: check the model"
            : causes.Length > 0 ? "Look at these sequences" : "No sequence does it alone";
        return new NotFiniteNumberException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Training stopped at step {Step.Number}, epoch {Step.Epoch}: the {what} is {value} at a learning rate of {LearningRate:g3}. ")
            + $"Its batch holds {Names(causes.Length > 0 ? causes : windows)}. {remedy}; lower LearningRate, lengthen the warm-up or lower MaxGradientNorm; "
            + "or set OnNonFinite to Skip, which leaves such steps out. The model keeps the weights of the step before.",
            value);
    }

    private double LossOf(TrainingWindow window)
    {
        using NextTokenBatch batch = NextTokenBatch.Create(Corpus, [window], Model);
        return NextTokenLoss.Sum(Model, batch);
    }

    private string Names(TrainingWindow[] windows)
    {
        int[] sequences = [.. windows.Select(window => window.Sequence).Distinct().Order()];
        int[] entities = [.. sequences.Select(Corpus.Entity).Distinct()];
        string named = $"sequence {List(sequences)}";
        return sequences.SequenceEqual(entities) ? named : $"{named} (of entity {List(entities)})";
    }

    private static string List(int[] numbers) =>
        string.Join(", ", numbers.Take(MostNamed)) + (numbers.Length > MostNamed ? $" and {numbers.Length - MostNamed} more" : "");
}

using Microsoft.ML.Llm4Es.LanguageModels;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>
/// Keeps how the training of a representation's language model went, for the report: give it to <see cref="FineTuneLlmEmbedderOptions.Progress"/> and to
/// <see cref="Representation.Training"/>.
/// </summary>
public sealed class TrainingLog : IProgress<TrainingProgress>
{
    /// <summary>A curve of more points than this looks the same.</summary>
    private const int MaxPoints = 100;

    private readonly IProgress<TrainingProgress>? _next;
    private readonly List<TrainingPoint> _steps = [];

    /// <summary>Initializes a log without steps.</summary>
    /// <param name="next">Told of each step too; null for nobody.</param>
    public TrainingLog(IProgress<TrainingProgress>? next = null) => _next = next;

    /// <summary>Notes a step.</summary>
    /// <param name="value">Where training stands.</param>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        // A step that was left out has no loss.
        if (double.IsFinite(value.Loss)) _steps.Add(new TrainingPoint(value.Tokens, value.Loss, value.ValidationLoss));
        _next?.Report(value);
    }

    /// <summary>The curve of what was trained since the last call: of many steps the means of as many in a row.</summary>
    internal IReadOnlyList<TrainingPoint> TakeCurve()
    {
        int size = (_steps.Count + MaxPoints - 1) / MaxPoints;
        TrainingPoint[] curve = size == 0 ? [] : [.. _steps.Chunk(size).Select(steps => new TrainingPoint(steps[^1].Tokens, steps.Average(step => step.Loss), steps[^1].ValidationLoss))];
        _steps.Clear();
        return curve;
    }
}

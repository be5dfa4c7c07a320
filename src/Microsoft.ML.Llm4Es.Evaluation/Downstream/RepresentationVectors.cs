using System.Diagnostics;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vector of every entity, made by one fitted representation.</summary>
/// <param name="Rows">The vectors, all of one length.</param>
/// <param name="FitSeconds">How long fitting took.</param>
/// <param name="EmbedSeconds">How long making the vectors took.</param>
/// <param name="FitBytes">The most memory that was resident while fitting.</param>
/// <param name="EmbedBytes">The most memory that was resident while making the vectors.</param>
internal sealed record RepresentationVectors(float[][] Rows, double FitSeconds, double EmbedSeconds, long FitBytes, long EmbedBytes)
{
    /// <summary>How the training of a language model went; empty where nothing was noted.</summary>
    public IReadOnlyList<TrainingPoint> Training { get; private init; } = [];

    /// <summary>What each value of a vector is; empty where the representation does not say.</summary>
    public IReadOnlyList<string> SlotNames { get; private init; } = [];

    /// <exception cref="ArgumentException">The estimator makes no such column of floats.</exception>
    /// <exception cref="InvalidDataException">A vector is not finite, or of another length than the one before it.</exception>
    public static RepresentationVectors Compute(
        Representation representation,
        IDataView fitted,
        int fittedCount,
        IDataView entities,
        int entityCount,
        IProgress<EvaluationProgress>? progress,
        CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new EvaluationProgress(representation.Name, EvaluationStage.Fit, 0, fittedCount));
        long start = Stopwatch.GetTimestamp();
        using var memory = new PeakMemory();
        ITransformer transformer = representation.Estimator.Fit(fitted);
        // A fitted language model holds native memory.
        using var owned = transformer as IDisposable;
        double fitSeconds = Seconds(start);
        long fitBytes = memory.TakeBytes();

        start = Stopwatch.GetTimestamp();
        var rows = new List<float[]>(entityCount);
        IDataView embedded = transformer.Transform(entities);
        foreach (float[] vector in Read(embedded, representation))
        {
            if (rows.Count % 100 == 0)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new EvaluationProgress(representation.Name, EvaluationStage.Embed, rows.Count, entityCount));
            }

            rows.Add(vector);
        }

        progress?.Report(new EvaluationProgress(representation.Name, EvaluationStage.Embed, rows.Count, entityCount));
        return new RepresentationVectors([.. rows], fitSeconds, Seconds(start), fitBytes, memory.TakeBytes())
        {
            Training = representation.Training?.TakeCurve() ?? [],
            SlotNames = TextComponents.SlotNames(embedded.Schema[representation.OutputColumnName]),
        };
    }

    private static IEnumerable<float[]> Read(IDataView entities, Representation representation)
    {
        DataViewSchema.Column? column = entities.Schema.GetColumnOrNull(representation.OutputColumnName);
        if (column?.Type is not VectorDataViewType { ItemType: NumberDataViewType { RawType: var item } } || item != typeof(float))
        {
            throw new ArgumentException($"The representation '{representation.Name}' makes no vector of floats in the column '{representation.OutputColumnName}'; " +
                $"it makes {column?.Type.ToString() ?? "no such column"}.", nameof(representation));
        }

        int length = -1;
        int row = 0;
        foreach (float[] vector in entities.GetColumn<float[]>(column.Value))
        {
            row++;
            if (length < 0) length = vector.Length;
            if (vector.Length != length)
                throw new InvalidDataException($"The representation '{representation.Name}' makes {length} values in row 1 and {vector.Length} in row {row}; all must be of one length.");
            if (!vector.All(float.IsFinite))
                throw new InvalidDataException($"The representation '{representation.Name}' makes a value that is not finite in row {row}.");
            yield return vector;
        }
    }

    private static double Seconds(long start) => Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 3);
}

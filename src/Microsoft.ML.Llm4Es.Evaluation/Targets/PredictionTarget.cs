namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What is predicted from the vectors, and how it is judged: two classes, more classes or a number.</summary>
internal abstract class PredictionTarget
{
    /// <summary>What is measured; the first is what representations are compared by.</summary>
    public abstract IReadOnlyList<TargetMetric> Metrics { get; }

    /// <summary>The class of each row; null where the label is a number.</summary>
    public virtual ClassLabels? Classes => null;

    /// <summary>The stratum of each row, which folds hold in equal share.</summary>
    public abstract IReadOnlyList<int> Strata { get; }

    /// <summary>What the leakage guard compares: for each class (of two the positive one; of numbers the larger half) its name, and whether a row is of it.</summary>
    public abstract IEnumerable<(string Name, bool[] Rows)> Sides { get; }

    /// <summary>The label of each row: the index of its class, or the number.</summary>
    public abstract IReadOnlyList<double> Labels { get; }

    public int Rows => Strata.Count;

    /// <summary>What predicts this kind of label where nothing else is chosen.</summary>
    public virtual TrainerKind DefaultTrainer => TrainerKind.Blend;

    /// <summary>Finds out before the long work that a trainer is not for this kind of label.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public virtual void Check(TrainerKind trainer)
    {
    }

    /// <summary>A trainer for this kind of label, which <see cref="Check"/> has let through.</summary>
    public IEstimator<ITransformer> Trainer(MLContext ml, TrainerKind kind, LightGbmOptions options, int trainRows, IReadOnlyList<Range> views) => kind switch
    {
        TrainerKind.Logistic => new LogisticTrainer(ml, options: new() { Seed = options.Seed }),
        TrainerKind.Blend => new BlendedTrainer(ml, options: new() { LightGbm = options, Logistic = new() { Seed = options.Seed }, Views = [views] }),
        _ => LightGbm(ml, options, trainRows),
    };

    /// <summary>Some rows as ML.NET's trainers read them: the columns Features and Label.</summary>
    public abstract IDataView View(MLContext ml, float[][] vectors, int[] rows);

    /// <summary>What a trainer predicted of each row, as <see cref="Metrics"/> read it.</summary>
    public abstract double[][] ReadPredictions(IDataView scored);

    /// <summary>The mean of several predictions of the same rows, as a <see cref="BlendedTrainer"/> has it.</summary>
    /// <exception cref="NotSupportedException">A blend does not predict this kind of label.</exception>
    public virtual double[][] Mean(IReadOnlyList<double[][]> predictions) => throw new NotSupportedException("A blend predicts classes.");

    /// <summary>How what was predicted compares with what was so; nothing where the trainer gives no probabilities.</summary>
    public abstract IReadOnlyList<CalibrationBin> Calibrate(double[][] predictions);

    /// <summary>Reads the labels.</summary>
    /// <exception cref="ArgumentException">There is no such column.</exception>
    /// <exception cref="InvalidDataException">A label is missing or of a wrong kind.</exception>
    public static PredictionTarget Read(IDataView rows, string column, LabelKind kind)
    {
        string[] values = ScalarColumn.Read(rows, column);
        int missing = Array.FindIndex(values, value => value.Length == 0);
        if (missing >= 0)
        {
            throw new InvalidDataException($"The label '{column}' is missing in {values.Count(value => value.Length == 0)} of {values.Length} rows, " +
                $"the first is row {missing + 1}. Fill it in or remove these rows.");
        }

        if (kind == LabelKind.Number) return NumberTarget.Parse(column, values);

        ClassLabels labels = ClassLabels.Parse(column, values);
        return labels.IsBinary ? new BinaryTarget(labels) : new MulticlassTarget(labels);
    }

    /// <summary>LightGBM for this kind of label.</summary>
    protected abstract IEstimator<ITransformer> LightGbm(MLContext ml, LightGbmOptions options, int trainRows);
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>The vectors that each fold is predicted from, made when they are first asked for and kept.</summary>
/// <param name="entities">A row for each entity, without its label.</param>
/// <param name="folds">The folds.</param>
/// <param name="fitting">On which entities a representation is fitted.</param>
/// <param name="progress">Told of each step.</param>
/// <param name="cancellation">Stops between two steps.</param>
internal sealed class FoldVectors(
    IDataView entities, CrossValidationFolds folds, RepresentationFitting fitting, IProgress<EvaluationProgress>? progress, CancellationToken cancellation)
{
    private readonly Dictionary<(Representation, int), RepresentationVectors> _made = [];

    /// <summary>The vectors of all entities for one fold.</summary>
    public RepresentationVectors Of(Representation representation, int fold)
    {
        bool once = fitting == RepresentationFitting.OnAllEntities;
        (Representation, int) key = (representation, once ? 0 : fold);
        if (_made.TryGetValue(key, out RepresentationVectors? known)) return known;

        IDataView fitted = once ? entities : new RowSubset(entities, folds.Trains[fold]);
        int fittedCount = once ? folds.Folds.Length : folds.Trains[fold].Length;
        return _made[key] = RepresentationVectors.Compute(representation, fitted, fittedCount, entities, folds.Folds.Length, progress, cancellation);
    }

    /// <summary>What a plan joins, for one fold.</summary>
    public VectorPart[] Parts(EvaluationPlan plan, int fold) => [.. plan.Representations.Select(part => plan.Select(Of(part, fold)))];

    /// <summary>What was made of some representations so far, in the order of the folds: what it took, and how training went.</summary>
    public IReadOnlyList<RepresentationVectors> Made(IEnumerable<Representation> representations) =>
        [.. _made.Where(pair => representations.Contains(pair.Key.Item1)).OrderBy(pair => pair.Key.Item2).Select(pair => pair.Value)];
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Looks for what may make an evaluation's figures better than they will be in use. Its warnings stop nothing: what is a leak, only the user knows.</summary>
internal sealed class LeakageGuard(MLContext ml, DownstreamEvaluationOptions options, PredictionTarget target, CrossValidationFolds folds)
{
    /// <param name="entities">A row for each entity.</param>
    /// <param name="unlabelled">The same rows without what representations may not see.</param>
    public IEnumerable<string> Inspect(IDataView entities, IDataView unlabelled)
    {
        IEnumerable<string> warnings = options.Group is null ? [] : SplitGroups.Find(ScalarColumn.Read(entities, options.Group), folds, options.Group);
        if (options.LabelTime is not null) warnings = warnings.Concat(LateEvents.Find(entities, options.LabelTime));
        if (EntityFeatures.Read(ml, unlabelled, target.Rows) is { } features)
            warnings = warnings.Concat(DecisiveFeatures.Find(features, target, options.Label)).Concat(EqualEntities.Find(features, folds));
        return warnings;
    }
}

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>On which entities a representation is fitted; labels are never seen.</summary>
public enum RepresentationFitting
{
    /// <summary>Once on all entities, those of the test folds among them: the way of the paper (arXiv 2508.05688), where tomorrow's entities are known today.</summary>
    OnAllEntities,

    /// <summary>For each fold anew, on its training entities: what to expect of entities that were never seen. It takes as many times as long as there are folds.</summary>
    InEachTrainingFold,
}

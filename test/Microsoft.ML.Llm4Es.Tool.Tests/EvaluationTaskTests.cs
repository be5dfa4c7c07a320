using Microsoft.ML.Llm4Es.Evaluation;

namespace Microsoft.ML.Llm4Es.Tool.Tests;

public sealed class EvaluationTaskTests
{
    [Theory]
    [InlineData(null, LabelKind.Class, "blend")]
    [InlineData(TrainerKind.Blend, LabelKind.Class, "blend")]
    [InlineData(null, LabelKind.Number, "default")]
    [InlineData(TrainerKind.LightGbm, LabelKind.Class, "default")]
    [InlineData(TrainerKind.LightGbm, LabelKind.Number, "default")]
    [InlineData(TrainerKind.Logistic, LabelKind.Class, "default")]
    public void Preset_SuitsTheTrainer(TrainerKind? trainer, LabelKind label, string preset)
    {
        var task = new EvaluationTask { Events = "events.csv", Entities = "users.csv", Key = "id", Label = "label", LabelKind = label, Trainer = trainer };

        Assert.Same(Llm4EsPreset.Parse(preset), task.Preset);
    }
}

// What a user of the NuGet package writes first: it must load the native library and run without anything else in the project.
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Llm4Es;
using Microsoft.ML.Llm4Es.LanguageModels;

var ml = new MLContext(seed: 1);
IDataView data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 20).Select(i => new Row { Text = $"day|shop\n{i}, bakery" }));
var options = new FineTuneLlmEmbedderOptions
{
    Model = LanguageModelSource.FromScratch(LanguageModelPreset.Tiny),
    Training = new TrainingOptions { Epochs = 1, ContextLength = 64 },
};
using FineTuneLlmEmbedderTransformer embedder = ml.Transforms.FineTuneLlmEmbedder("Embedding", "Text", options).Fit(data);
Console.WriteLine($"embedded {embedder.Transform(data).GetColumn<float[]>("Embedding").Count()} texts as vectors of {embedder.Dimension}");

internal sealed class Row
{
    public string Text { get; set; } = "";
}

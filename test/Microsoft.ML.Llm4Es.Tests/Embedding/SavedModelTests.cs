using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.ML.Data;

namespace Microsoft.ML.Llm4Es.Tests;

[Collection(nameof(LightGbmTests))]
public sealed class SavedModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("llm4es");
    private readonly MLContext _ml = new(seed: 5);
    private readonly IDataView _clients;
    private readonly ITransformer _model;

    public SavedModelTests()
    {
        _clients = SmallJob.Clients(_ml);
        _model = _ml.Transforms.Llm4EsEmbed("Embedding", SmallJob.Fields, SmallJob.Options)
            .Append(_ml.BinaryClassification.Trainers.LightGbm(nameof(CardClient.PlansAhead), "Embedding", minimumExampleCountPerLeaf: 5, numberOfIterations: 10))
            .Fit(_clients);
        _ml.Model.Save(_model, _clients.Schema, ModelFile);
    }

    private string ModelFile => Path.Combine(_folder.FullName, "model.zip");

    public void Dispose()
    {
        (_model as IDisposable)?.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Load_InAFreshProcess_GivesTheSameScoresToTheLastBit()
    {
        string data = Path.Combine(_folder.FullName, "clients.idv"), scores = Path.Combine(_folder.FullName, "scores");
        using (FileStream stream = File.Create(data)) _ml.Data.SaveAsBinary(_clients, stream);

        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Llm4Es.ScoringProcess.dll");
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [program, ModelFile, data, scores]) { RedirectStandardError = true })!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.True(process.ExitCode == 0, errors);
        float[] here = [.. _model.Transform(_clients).GetColumn<float>("Score")];
        Assert.Equal(MemoryMarshal.AsBytes<float>(here).ToArray(), File.ReadAllBytes(scores));
        Assert.True(here.Distinct().Count() > 1);
    }

    [Fact]
    public void PredictionEngine_OnAClassWithArrays_ScoresLikeTheBatch()
    {
        (_, IReadOnlyList<CardEvent> events) = CardClients.Generate(60, seed: 7);
        string client = _clients.GetColumn<string>(nameof(CardEvent.ClientId)).First();
        CardEvent[] history = [.. events.Where(e => e.ClientId == client)];
        ITransformer loaded = new MLContext().Model.Load(ModelFile, out _);
        using PredictionEngine<History, Prediction> engine = new MLContext().Model.CreatePredictionEngine<History, Prediction>(loaded);

        Prediction prediction = engine.Predict(new History
        {
            Time = [.. history.Select(e => e.Time)],
            Mcc = [.. history.Select(e => e.Mcc)],
            Amount = [.. history.Select(e => e.Amount)],
        });

        IDataView batch = _model.Transform(_clients);
        Assert.Equal(batch.GetColumn<string>("EmbeddingText").First(), prediction.EmbeddingText);
        float[] expected = SmallJob.Vectors(batch)[0];
        Assert.All(expected.Zip(prediction.Embedding), pair => Assert.Equal(pair.First, pair.Second, 0.05f));
        Assert.InRange(prediction.Probability, 0f, 1f);
    }

    [Fact]
    public void Load_OfADamagedFile_Throws()
    {
        byte[] bytes = File.ReadAllBytes(ModelFile);
        string damaged = Path.Combine(_folder.FullName, "damaged.zip");
        File.WriteAllBytes(damaged, bytes[..(bytes.Length / 2)]);

        Assert.ThrowsAny<Exception>(() => new MLContext().Model.Load(damaged, out _));
    }

    private sealed class History
    {
        public DateTime[] Time { get; set; } = [];

        public string[] Mcc { get; set; } = [];

        public float[] Amount { get; set; } = [];
    }

    private sealed class Prediction
    {
        public string EmbeddingText { get; set; } = "";

        public float[] Embedding { get; set; } = [];

        public float Probability { get; set; }
    }
}

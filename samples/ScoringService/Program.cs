// A saved model behind HTTP: dotnet run -c Release --project samples/ScoringService -- --model quickstart.zip (which samples/Quickstart writes)
//   curl localhost:5000/predict -H 'Content-Type: application/json' -d '{"time":["2025-01-31T10:00:00"],"mcc":["5411"],"amount":[-20]}'
// Requests run in parallel, each on one thread: set OMP_NUM_THREADS=1.
using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
string path = builder.Configuration["model"] ?? "quickstart.zip";
var ml = new MLContext();
ITransformer model = ml.Model.Load(path, out _);
var engines = new DefaultObjectPool<PredictionEngine<ClientHistory, Prediction>>(new EnginePolicy(ml, model), maximumRetained: 32);

WebApplication app = builder.Build();
app.MapPost("/predict", (ClientHistory client) =>
{
    PredictionEngine<ClientHistory, Prediction> engine = engines.Get();
    try
    {
        return Results.Ok(engine.Predict(client));
    }
    catch (InvalidOperationException problem)
    {
        return Results.BadRequest(problem.Message);
    }
    finally
    {
        engines.Return(engine);
    }
});
// Many clients in one request are embedded together, which is faster.
app.MapPost("/predict-many", (ClientHistory[] clients) =>
    ml.Data.CreateEnumerable<Prediction>(model.Transform(ml.Data.LoadFromEnumerable(clients)), reuseRowObject: false));
app.Run();

/// <summary>Engines are for one thread each; all of them share the model, which none may dispose.</summary>
internal sealed class EnginePolicy(MLContext ml, ITransformer model) : IPooledObjectPolicy<PredictionEngine<ClientHistory, Prediction>>
{
    public PredictionEngine<ClientHistory, Prediction> Create() =>
        ml.Model.CreatePredictionEngine<ClientHistory, Prediction>(model, new PredictionEngineOptions { OwnsTransformer = false });

    public bool Return(PredictionEngine<ClientHistory, Prediction> obj) => true;
}

/// <summary>The events of a client in order of time: an array for each field.</summary>
internal sealed class ClientHistory
{
    public DateTime[] Time { get; set; } = [];

    public string[] Mcc { get; set; } = [];

    public float[] Amount { get; set; } = [];
}

/// <summary>What the model says of a client.</summary>
internal sealed class Prediction
{
    public float Probability { get; set; }
}

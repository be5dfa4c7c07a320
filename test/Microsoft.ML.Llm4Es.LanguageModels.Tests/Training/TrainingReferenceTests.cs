using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

[Trait("Category", "Reference")]
public sealed class TrainingReferenceTests
{
    public static TheoryData<string> Cases => [.. TrainingCase.Names];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_EqualTransformers(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new TrainingCase(name);

        Backward(reference.Model, reference.Batches[0]);

        AssertGradients(reference.Tensors("gradients"), prefix: "", reference.Model);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_OfPackedRows_EqualTransformers(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new TrainingCase(name);
        ExpectedTensors packed = reference.Tensors("packed");
        int[][] rows = [.. packed.Names.Where(tensor => tensor.EndsWith(".input_ids", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(tensor => packed.Integers(tensor).Select(id => (int)id).ToArray())];

        double loss = Backward(reference.Model, rows);

        Assert.Equal(packed.Scalar("loss"), loss, 1e-4);
        AssertGradients(packed, prefix: "gradient.", reference.Model);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_OfThePaddingToken_AreThoseOfAnyToken(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new TrainingCase(name);
        // transformers bars this token's embedding from learning; but it may be the token that ends turns, as in SmolLM2.
        int padding = (int)reference.Tensors("gradient_pad_token_row").Integers("pad_token_id")[0];
        LanguageModelConfiguration configuration = reference.Model.Configuration with { PaddingId = padding };
        using var weights = new MemoryStream();
        reference.Model.WriteWeights(weights);
        weights.Position = 0;
        using CausalLanguageModel model = CausalLanguageModel.Read(configuration, weights);

        Backward(model, reference.Batches[0]);

        AssertGradients(reference.Tensors("gradients"), prefix: "", model);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_EqualTorch(string name)
    {
        using var reference = new TrainingCase(name);
        JsonElement expected = reference.Json("adamw");

        Run(reference, Settings(expected), expected, parts: 1);

        AssertWeights(reference.Tensors("adamw_final"), reference.Model);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_OfSeveralBatches_EqualTorch(string name)
    {
        using var reference = new TrainingCase(name);

        Run(reference, Settings(reference.Json("adamw")), reference.Json("accumulation"), parts: 2);

        // Divided by the targets of the whole batch, the parts make the same step as the batch at once.
        AssertWeights(reference.Tensors("adamw_final"), reference.Model);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_WithOtherSettings_EqualTorch(string name)
    {
        JsonElement[] runs = [];
        using (var reference = new TrainingCase(name)) runs = [.. reference.Json("adamw_variants").GetProperty("runs").EnumerateArray()];
        Assert.NotEmpty(runs);
        foreach (JsonElement run in runs)
        {
            using var reference = new TrainingCase(name);
            Run(reference, Override(Settings(reference.Json("adamw")), run.GetProperty("settings")), run, parts: 1);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_EqualsTransformers(string name)
    {
        using var reference = new TrainingCase(name);
        var trainer = new CausalLanguageModelTrainer(reference.Model, new TrainingOptions { Precision = ComputePrecision.Float32 });

        double loss = trainer.Loss(reference.Batches[0], TestContext.Current.CancellationToken);

        Assert.Equal(reference.Json("adamw").GetProperty("steps")[0].GetProperty("loss").GetDouble(), loss, 1e-4);
    }

    private static double Backward(CausalLanguageModel model, int[][] rows)
    {
        model.Precision = ComputePrecision.Float32;
        TrainingStep step = TrainingCase.Step(1, rows, parts: 1);
        using NextTokenBatch batch = NextTokenBatch.Create(TokenCorpus.FromSequences(rows), step.Batches[0], model);
        return NextTokenLoss.SumWithGradients(model, batch, 1.0 / step.Tokens) / step.Tokens;
    }

    private static TrainingOptions Settings(JsonElement adamw) => new()
    {
        LearningRate = adamw.GetProperty("max_lr").GetDouble(),
        AdamBeta1 = adamw.GetProperty("betas")[0].GetDouble(),
        AdamBeta2 = adamw.GetProperty("betas")[1].GetDouble(),
        AdamEpsilon = adamw.GetProperty("eps").GetDouble(),
        WeightDecay = adamw.GetProperty("weight_decay").GetDouble(),
        MaxGradientNorm = adamw.GetProperty("clip_grad_norm").GetDouble(),
        WarmupSteps = adamw.GetProperty("warmup_steps").GetInt32(),
        Precision = ComputePrecision.Float32,
    };

    private static TrainingOptions Override(TrainingOptions options, JsonElement settings)
    {
        foreach (JsonProperty setting in settings.EnumerateObject())
        {
            options = setting.Name switch
            {
                "max_lr" => options with { LearningRate = setting.Value.GetDouble() },
                "betas" => options with { AdamBeta1 = setting.Value[0].GetDouble(), AdamBeta2 = setting.Value[1].GetDouble() },
                "eps" => options with { AdamEpsilon = setting.Value.GetDouble() },
                "weight_decay" => options with { WeightDecay = setting.Value.GetDouble() },
                "clip" => options with { MaxGradientNorm = setting.Value.GetDouble() },
                "warmup" => options with { WarmupSteps = setting.Value.GetInt32() },
                _ => throw new InvalidDataException($"The setting '{setting.Name}' is not known."),
            };
        }

        return options;
    }

    private static void Run(TrainingCase reference, TrainingOptions options, JsonElement expected, int parts)
    {
        reference.Model.Precision = options.Precision;
        var trainer = new CausalLanguageModelTrainer(reference.Model, options);
        using var optimizer = new AdamW(reference.Model.Parameters, options);
        int total = reference.Batches.Length;
        for (int i = 0; i < total; i++)
        {
            TrainingStep step = TrainingCase.Step(i + 1, reference.Batches[i], parts);
            double rate = options.LearningRate * options.Schedule.Factor(i, options.WarmupSteps!.Value, total);
            (double loss, double norm) = trainer.Step(optimizer, TokenCorpus.FromSequences(reference.Batches[i]), step, rate, TestContext.Current.CancellationToken);

            JsonElement at = expected.GetProperty("steps")[i];
            Assert.Equal(at.GetProperty("lr").GetDouble(), rate, 1e-12);
            Assert.Equal(at.GetProperty("loss").GetDouble(), loss, 1e-4);
            Assert.Equal(at.GetProperty("grad_norm").GetDouble(), norm, 2e-3);
            if (at.TryGetProperty("targets", out JsonElement targets)) Assert.Equal(targets.GetInt32(), step.Tokens);
        }
    }

    private static void AssertGradients(ExpectedTensors expected, string prefix, CausalLanguageModel model)
    {
        IReadOnlyDictionary<string, Tensor> gradients = model.Gradients();
        string[] names = [.. gradients.Keys.Where(weight => expected.Names.Contains(prefix + weight))];
        Assert.NotEmpty(names);
        foreach (string weight in names) TrainingCase.AssertClose(expected[prefix + weight], gradients[weight], 2e-5, 1e-4, weight);
    }

    private static void AssertWeights(ExpectedTensors expected, CausalLanguageModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> weights = model.Weights();
        Assert.Equal(expected.Names.Order(StringComparer.Ordinal), weights.Keys.Order(StringComparer.Ordinal));
        foreach ((string weight, Tensor values) in weights) TrainingCase.AssertClose(expected[weight], values, 5e-6, 0, weight);
    }
}

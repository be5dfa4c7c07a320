using System.Text.Json;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

[Trait("Category", "Reference")]
public sealed class LoraReferenceTests
{
    public static TheoryData<string> Cases => LoraCase.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_EqualPeft(string name)
    {
        using var reference = new LoraCase(name);
        using LoraAdapter adapter = reference.Attach(LoraCase.Initial);
        TrainingStep step = TrainingCase.Step(1, reference.Batches[0], parts: 1);
        using NextTokenBatch batch = NextTokenBatch.Create(TokenCorpus.FromSequences(reference.Batches[0]), step.Batches[0], reference.Model);

        NextTokenLoss.SumWithGradients(reference.Model, batch, 1.0 / step.Tokens);

        ExpectedTensors expected = reference.Tensors("gradients.safetensors");
        Assert.Equal(expected.Names.Count(), adapter.Parameters.Count);
        foreach ((string parameter, Parameter values) in adapter.Parameters)
            TrainingCase.AssertClose(expected[parameter.Replace("base_model.model.", "", StringComparison.Ordinal)], values.grad!, 2e-5, 1e-4, parameter);
        Assert.All(reference.Model.Parameters, frozen => Assert.Null(frozen.grad));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Steps_EqualPeft(string name)
    {
        using var reference = new LoraCase(name);
        using LoraAdapter adapter = reference.Attach(LoraCase.Initial);
        JsonElement expected = reference.Json("training.json");
        TrainingOptions options = Settings(expected);
        var trainer = new CausalLanguageModelTrainer(reference.Model, options);
        using var optimizer = new AdamW(reference.Model.TrainableParameters.Select(named => named.Parameter), options);
        Assert.Equal(expected.GetProperty("trainable").GetInt64(), adapter.Parameters.Values.Sum(parameter => parameter.numel()));

        foreach ((int i, JsonElement at) in expected.GetProperty("steps").EnumerateArray().Index())
        {
            TrainingStep step = TrainingCase.Step(i + 1, reference.Batches[i], parts: 1);
            (double loss, double norm) = trainer.Step(optimizer, TokenCorpus.FromSequences(reference.Batches[i]), step, at.GetProperty("lr").GetDouble(), TestContext.Current.CancellationToken);
            Assert.Equal(at.GetProperty("loss").GetDouble(), loss, 1e-3);
            Assert.Equal(at.GetProperty("grad_norm").GetDouble(), norm, 5e-3);
        }

        ExpectedTensors trained = reference.Tensors(Path.Combine(LoraCase.Trained, "adapter_model.safetensors"));
        Assert.Equal(trained.Names.Order(StringComparer.Ordinal), adapter.Parameters.Keys.Order(StringComparer.Ordinal));
        foreach ((string parameter, Parameter values) in adapter.Parameters) TrainingCase.AssertClose(trained[parameter], values, 2e-4, 0, parameter);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_AttachedAndMerged_EqualPeft(string name)
    {
        using var reference = new LoraCase(name);
        using IDisposable noGradients = no_grad();
        ExpectedTensors expected = reference.Tensors("merged.safetensors");
        int[][] rows = TrainingCase.Rows(expected, "input_ids", "attention_mask");
        using LoraAdapter adapter = reference.Attach(LoraCase.Trained);

        Tensor adapted = Logits(reference.Model, rows);
        adapter.Merge();
        Tensor merged = Logits(reference.Model, rows);

        Tensor mask = tensor(expected.Integers("attention_mask")).to(ScalarType.Bool).reshape(expected.Shape("attention_mask"));
        TrainingCase.AssertClose(expected["adapted_logits"][mask], adapted, 3e-4, 1e-4, "attached");
        TrainingCase.AssertClose(expected["logits"][mask], merged, 3e-4, 1e-4, "merged");
        IReadOnlyDictionary<string, Tensor> weights = reference.Model.Weights();
        const string Prefix = "weight.";
        string[] names = [.. expected.Names.Where(tensor => tensor.StartsWith(Prefix, StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        foreach (string weight in names) TrainingCase.AssertClose(expected[weight], weights[weight[Prefix.Length..]], 1e-6, 1e-6, weight);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Save_OfWhatPeftSaved_GivesTheSameFiles(string name)
    {
        using var reference = new LoraCase(name);
        using var folder = new TemporaryFolder();
        using LoraAdapter adapter = LoraAdapter.Load(reference.Model.Configuration, Path.Combine(reference.Folder, LoraCase.Trained));

        adapter.Save(folder.Path);

        ExpectedTensors peft = reference.Tensors(Path.Combine(LoraCase.Trained, "adapter_model.safetensors"));
        ExpectedTensors ours = new(Path.Combine(folder.Path, "adapter_model.safetensors"));
        Assert.Equal(peft.Names, ours.Names);
        Assert.All(peft.Names, tensor => Assert.Equal(peft.Bytes(tensor), ours.Bytes(tensor)));
        JsonElement expected = reference.Json(Path.Combine(LoraCase.Trained, "adapter_config.json"));
        JsonElement saved = JsonSerializer.Deserialize<JsonElement>(File.ReadAllBytes(Path.Combine(folder.Path, "adapter_config.json")));
        Assert.All(saved.EnumerateObject(), setting => Assert.True(JsonElement.DeepEquals(expected.GetProperty(setting.Name), setting.Value), setting.Name));

        // What is not written is off, or says nothing of the adapter: its absence means the same to peft.
        string[] absent = [.. expected.EnumerateObject().Where(setting => !saved.TryGetProperty(setting.Name, out _) && setting.Value.ValueKind is not (JsonValueKind.Null or JsonValueKind.False)).Select(setting => setting.Name)];
        string[] ofOtherVariants = ["loftq_config", "megatron_core", "peft_version", "qalora_group_size"];
        Assert.Empty(absent.Except(ofOtherVariants));
    }

    private static Tensor Logits(CausalLanguageModel model, int[][] rows) =>
        model.Logits(model.HiddenStates(new TokenBatch([.. rows.Select(row => (ReadOnlyMemory<int>)row)])));

    private static TrainingOptions Settings(JsonElement training) => new()
    {
        AdamBeta1 = training.GetProperty("betas")[0].GetDouble(),
        AdamBeta2 = training.GetProperty("betas")[1].GetDouble(),
        AdamEpsilon = training.GetProperty("eps").GetDouble(),
        WeightDecay = training.GetProperty("weight_decay").GetDouble(),
        MaxGradientNorm = training.GetProperty("clip_grad_norm").GetDouble(),
        Precision = ComputePrecision.Float32,
    };
}

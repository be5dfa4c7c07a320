using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>A published model, and what transformers computes for some texts with it: tensors called <c>textI.name</c>.</summary>
internal sealed class PublishedModel(CausalLanguageModel model, ExpectedTensors expected) : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    /// <summary>Gets how far a logit may be away.</summary>
    internal required double Logits { get; init; }

    /// <summary>Gets how far a loss may be away, in nats.</summary>
    internal required double Losses { get; init; }

    /// <summary>Gets how far a hidden state may be away, and how far relative to itself.</summary>
    internal required (double Absolute, double Relative) HiddenStates { get; init; }

    internal CausalLanguageModel Model => model;

    internal IReadOnlyList<string> Texts => [.. expected.Names.Select(name => name.Split('.')[0]).Distinct()];

    internal int[] Ids(string text) => [.. expected.Integers($"{text}.input_ids").Select(id => (int)id)];

    /// <summary>Checks every tensor of a text; one that is not known fails.</summary>
    internal void Check(string text)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();
        int[] ids = Ids(text);
        TokenBatch batch = new([ids]);
        List<Tensor> layers = [];
        Tensor hidden = model.HiddenStates(batch, (_, states) => layers.Add(states.clone().DetachFromDisposeScope()));
        scope.Attach(layers);
        Tensor logits = model.Logits(hidden);
        Tensor losses = nn.functional.cross_entropy(logits[..^1], tensor(ids[1..]).to(ScalarType.Int64), reduction: nn.Reduction.None);
        foreach (string name in expected.Names.Where(name => name.StartsWith(text + ".", StringComparison.Ordinal))) CheckTensor(name, batch, layers, logits, losses);
    }

    public void Dispose()
    {
        model.Dispose();
        _scope.Dispose();
    }

    private void CheckTensor(string name, TokenBatch batch, List<Tensor> layers, Tensor logits, Tensor losses)
    {
        string[] parts = name.Split('.');
        switch (parts[1])
        {
            case "input_ids" or "top_ids":
                break;
            case "hidden_last_token":
                AssertHidden(name, layers[int.Parse(parts[2], CultureInfo.InvariantCulture)][-1]);
                break;
            case "pooled":
                LayerRange range = new(int.Parse(parts[3].AsSpan(1), CultureInfo.InvariantCulture));
                AssertHidden(name, tensor(HiddenStatePooling.Pool(model, batch, PoolingOptions.Of(range, Enum.Parse<TokenPooling>(parts[2], ignoreCase: true)))[0]));
                break;
            case "top_values":
                Tensor top = tensor(expected.Integers($"{parts[0]}.top_ids")).reshape(2, -1);
                TrainingCase.AssertClose(expected[name], logits[^2..].gather(1, top), Logits, 0, name);
                break;
            case "logits":
                TrainingCase.AssertClose(expected[name], logits[^(int)expected.Shape(name)[0]..], Logits, 1e-4, name);
                break;
            case "logits_fp16":
                // Half a step of fp16 at the largest logits, between 16 and 32.
                TrainingCase.AssertClose(expected.Halves(name), logits[^2..], Logits + (1.0 / 128), 0, name);
                break;
            case "token_losses":
                TrainingCase.AssertClose(expected[name], losses, Losses, 0, name);
                break;
            case "loss":
                Assert.Equal(expected.Scalar(name), losses.mean().ToSingle(), Losses);
                break;
            default:
                Assert.Fail($"No test knows what {name} is.");
                break;
        }
    }

    private void AssertHidden(string name, Tensor actual) =>
        TrainingCase.AssertClose(expected[name], actual, HiddenStates.Absolute, HiddenStates.Relative, name);
}

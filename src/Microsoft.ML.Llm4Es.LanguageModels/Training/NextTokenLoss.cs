using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The head and the cross-entropy of the next token together, in chunks of rows, so that the logits of a batch never exist at once.</summary>
/// <remarks>
/// Logits of 8,192 tokens over a vocabulary of 128,256 would take 4 GB in fp32, and their gradient as much. The gradient of the loss in a logit is
/// softmax - target, so each chunk gives its part of the gradients of hidden states and head right away.
/// </remarks>
internal static class NextTokenLoss
{
    // Logits in a chunk: 16 MB in fp32, few enough to stay in a CPU's cache, with enough rows for matrix products at full speed.
    private const long LogitsPerChunk = 1 << 22;
    private const long FewestRowsPerChunk = 256;

    private static readonly TorchScriptUnit Kernels = new("""
        def loss(hidden: Tensor, head: Tensor, targets: Tensor, chunk: int) -> Tensor:
          losses: List[Tensor] = []
          for first in range(0, hidden.size(0), chunk):
            rows = min(chunk, hidden.size(0) - first)
            logits = torch.linear(hidden.narrow(0, first, rows), head).float()
            losses.append(torch.cross_entropy_loss(logits, targets.narrow(0, first, rows), None, 2))
          return torch.stack(losses).double().sum()

        def loss_with_gradients(hidden: Tensor, head: Tensor, targets: Tensor, chunk: int, scale: float,
                                hidden_gradient: Tensor, head_gradient: Optional[Tensor]) -> Tensor:
          losses: List[Tensor] = []
          for first in range(0, hidden.size(0), chunk):
            rows = min(chunk, hidden.size(0) - first)
            inputs = hidden.narrow(0, first, rows)
            target = targets.narrow(0, first, rows).unsqueeze(1)
            logarithms = torch.log_softmax(torch.linear(inputs, head).float(), 1)
            chosen = logarithms.gather(1, target)
            losses.append(-chosen.sum())
            error = logarithms.exp_().scatter_add_(1, target, torch.full_like(chosen, -1.0)).to(hidden.dtype)
            hidden_gradient.narrow(0, first, rows).copy_(torch.mm(error, head)).mul_(scale)
            if head_gradient is not None:
              head_gradient.add_(torch.mm(error.t(), inputs), alpha=scale)
          return torch.stack(losses).double().sum()

        """);

    /// <summary>The sum of the cross-entropy over the targets, in nats.</summary>
    internal static double Sum(CausalLanguageModel model, NextTokenBatch batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGradients = no_grad();

        ScalarType compute = ComputeType.Of(model.Precision);
        Tensor hidden = model.HiddenStates(batch.Inputs).to(compute);
        Tensor head = model.Head.to(compute);
        return ((Tensor)Kernels.Invoke("loss", hidden, head, batch.Targets, ChunkRows(head))!).ToDouble();
    }

    /// <summary>The same sum; adds the gradient of <paramref name="scale"/> times it to the gradients of the model's parameters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">Inputs and targets.</param>
    /// <param name="scale">What the sum is multiplied with.</param>
    /// <param name="recompute">Whether each layer is computed anew for its gradients: <see cref="TrainingOptions.RecomputeActivations"/>.</param>
    internal static double SumWithGradients(CausalLanguageModel model, NextTokenBatch batch, double scale, bool recompute = false)
    {
        using DisposeScope scope = NewDisposeScope();

        LayerwisePass? layerwise = recompute ? new LayerwisePass(model, batch.Inputs) : null;
        Tensor hidden = layerwise?.Hidden ?? model.HiddenStates(batch.Inputs);
        Tensor hiddenGradient = empty_like(hidden);
        double sum = HeadGradients(model, hidden.detach(), batch.Targets, scale, hiddenGradient);
        if (layerwise is null) hidden.backward([hiddenGradient]);
        else layerwise.Backward(hiddenGradient);
        return sum;
    }

    private static double HeadGradients(CausalLanguageModel model, Tensor hidden, Tensor targets, double scale, Tensor hiddenGradient)
    {
        using IDisposable noGradients = no_grad();

        Tensor head = model.Head;
        ScalarType compute = ComputeType.Of(model.Precision);
        Tensor? headGradient = head.requires_grad ? head.grad ?? zeros_like(head) : null;
        var sum = (Tensor)Kernels.Invoke(
            "loss_with_gradients", hidden.to(compute), head.to(compute), targets, ChunkRows(head), scale, hiddenGradient, headGradient!)!;

        // A tied head is the embedding too, whose part of the gradient the backward pass through the model adds.
        if (headGradient is not null) head.grad = headGradient;
        return sum.ToDouble();
    }

    private static long ChunkRows(Tensor head) => Math.Max(FewestRowsPerChunk, LogitsPerChunk / head.shape[0]);
}

using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The head and the cross-entropy of the next token together, in chunks of rows, so that the logits of a batch never exist at once.</summary>
/// <remarks>
/// Logits of 8,192 tokens over a vocabulary of 128,256 would take 4 GB in fp32, and their gradient as much. The gradient of the loss in a logit is
/// softmax - target, so each chunk gives its part of the gradients of hidden states and head right away. The logarithm of the softmax's divisor, which the
/// loss needs, is the largest logit minus the logarithm of the largest probability: no second exponential, and no underflow.
/// </remarks>
internal static class NextTokenLoss
{
    // Rows whose logits are one matrix product. The more they are, the less often the head and its gradient pass through memory.
    private const long RowsPerProduct = 1024;

    // Logits that the softmax takes at a time: 2 MB in fp32, which stay in a CPU's cache from one operation to the next.
    private const long LogitsPerSoftmax = 1 << 19;

    private static readonly TorchScriptUnit Kernels = new("""
        def loss(hidden: Tensor, head: Tensor, targets: Tensor, product_rows: int, softmax_rows: int) -> Tensor:
          losses: List[Tensor] = []
          for inputs, target in zip(hidden.split(product_rows), targets.split(product_rows)):
            logits = torch.mm(inputs, head.t())
            for rows, row_targets in zip(logits.split(softmax_rows), target.split(softmax_rows)):
              losses.append(torch.cross_entropy_loss(rows.float(), row_targets, None, 2))
          return torch.stack(losses).double().sum()

        def loss_with_gradients(hidden: Tensor, head: Tensor, targets: Tensor, product_rows: int, softmax_rows: int, scale: float,
                                hidden_gradient: Tensor, head_gradient: Optional[Tensor]) -> Tensor:
          losses: List[Tensor] = []
          logits = torch.empty([min(product_rows, hidden.size(0)), head.size(0)], dtype=hidden.dtype, device=hidden.device)
          for inputs, target, gradient in zip(hidden.split(product_rows), targets.split(product_rows), hidden_gradient.split(product_rows)):
            error = logits.narrow(0, 0, inputs.size(0))
            torch.mm(inputs, head.t(), out=error)
            for rows, row_targets in zip(error.split(softmax_rows), target.unsqueeze(1).split(softmax_rows)):
              values = rows.float()
              chosen = values.gather(1, row_targets)
              largest = values.amax(1, True)
              values = torch.softmax(values, 1)
              losses.append((largest - values.amax(1, True).log_() - chosen).sum())
              rows.copy_(values.scatter_add_(1, row_targets, torch.full_like(chosen, -1.0)))
            gradient.copy_(torch.mm(error, head)).mul_(scale)
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
        return ((Tensor)Kernels.Invoke("loss", hidden, head, batch.Targets, RowsPerProduct, SoftmaxRows(head))!).ToDouble();
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
            "loss_with_gradients", hidden.to(compute), head.to(compute), targets, RowsPerProduct, SoftmaxRows(head), scale, hiddenGradient, headGradient!)!;

        // A tied head is the embedding too, whose part of the gradient the backward pass through the model adds.
        if (headGradient is not null) head.grad = headGradient;
        return sum.ToDouble();
    }

    private static long SoftmaxRows(Tensor head) => Math.Max(1, LogitsPerSoftmax / head.shape[0]);
}

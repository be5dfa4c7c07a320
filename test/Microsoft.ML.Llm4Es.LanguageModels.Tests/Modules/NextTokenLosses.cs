using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The loss of the next token from plain torch operations, against which faster ones can be held.</summary>
internal static class NextTokenLosses
{
    /// <summary>The mean cross-entropy of every token of a row given those before it, in nats.</summary>
    internal static Tensor Mean(CausalLanguageModel model, TokenBatch batch)
    {
        Tensor logits = model.Logits(model.HiddenStates(batch));
        List<long> predictors = [];
        List<long> targets = [];
        int start = 0;
        foreach (int length in batch.Lengths)
        {
            for (int i = start; i + 1 < start + length; i++)
            {
                predictors.Add(i);
                targets.Add(batch.Ids[i + 1]);
            }

            start += length;
        }

        return nn.functional.cross_entropy(logits[tensor(predictors)], tensor(targets));
    }
}

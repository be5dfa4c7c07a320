using TorchSharp;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Rows of ids and, in the same layout, the id that comes after each.</summary>
/// <param name="Inputs">The rows, <c>[tokens]</c> in all.</param>
/// <param name="Targets">The id after each, <c>[tokens]</c>, 64-bit, on the model's device.</param>
internal sealed record NextTokenBatch(TokenBatch Inputs, torch.Tensor Targets) : IDisposable
{
    internal static NextTokenBatch Create(TokenCorpus corpus, TrainingWindow[] windows, CausalLanguageModel model)
    {
        var rows = new ReadOnlyMemory<int>[windows.Length];
        var targets = new long[windows.Sum(window => window.Length)];
        int token = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            int[] ids = windows[row].Read(corpus, model.Configuration.BeginningOfTextId);
            rows[row] = ids.AsMemory(0, windows[row].Length);
            foreach (int target in ids.AsSpan(1)) targets[token++] = target;
        }

        return new NextTokenBatch(new TokenBatch(rows), torch.tensor(targets, device: model.Device));
    }

    public void Dispose() => Targets.Dispose();
}

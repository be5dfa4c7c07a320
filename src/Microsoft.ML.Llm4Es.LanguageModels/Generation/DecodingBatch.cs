using System.Diagnostics;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Rows that are continued together, a token each per step. A row that ends leaves at once, and a new one can take its place.</summary>
/// <remarks>To be used under <c>torch.no_grad()</c>. Rows neither see one another nor padding.</remarks>
internal sealed class DecodingBatch(CausalLanguageModel model, int mostRows) : IDisposable
{
    /// <summary>Prompts are processed together up to so many tokens, which bounds the memory that it takes and the time that other rows wait.</summary>
    private const int TokensPerPass = 4096;

    private readonly KeyValueCache _cache = new(model.Configuration, ComputeType.Of(model.Precision), model.Device);

    /// <summary>The rows of the cache, in its order.</summary>
    private readonly List<GenerationRow> _cached = [];

    /// <summary>Rows so long that each token changes what the model makes of all before it: nothing of them can be kept.</summary>
    private readonly List<GenerationRow> _recomputed = [];

    /// <summary>Gets the number of rows that go on.</summary>
    internal int RowCount => _cached.Count + _recomputed.Count;

    /// <summary>Generates for rows until all have ended.</summary>
    /// <param name="model">The model.</param>
    /// <param name="mostRows">How many rows are in the batch at a time.</param>
    /// <param name="rows">The rows; taken in this order.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Looked at before each step.</param>
    internal static void Run(CausalLanguageModel model, int mostRows, IReadOnlyList<GenerationRow> rows, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        using IDisposable noGradients = no_grad();
        using DecodingBatch batch = new(model, mostRows);
        Queue<GenerationRow> waiting = new(rows);
        long start = Stopwatch.GetTimestamp();
        long tokens = 0;
        while (waiting.Count > 0 || batch.RowCount > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            tokens += batch.Step(waiting).Count;
            progress?.Report(new(rows.Count - waiting.Count - batch.RowCount, rows.Count, tokens, Stopwatch.GetElapsedTime(start)));
        }
    }

    /// <summary>Takes in waiting rows as far as there is room, and generates a token in every row.</summary>
    /// <returns>The rows that got a token; those that ended with it have left.</returns>
    internal IReadOnlyList<GenerationRow> Step(Queue<GenerationRow> waiting)
    {
        using DisposeScope scope = NewDisposeScope();
        List<GenerationRow> stepped = [];
        LeaveCacheWhereStretched();
        if (_cached.Count > 0) stepped.AddRange(Decode());
        if (_recomputed.Count > 0) stepped.AddRange(Recompute());
        if (waiting.Count > 0 && RowCount < mostRows) stepped.AddRange(Admit(waiting));
        foreach (GenerationRow row in stepped.Where(row => row.FinishReason is not null)) Remove(row);
        return stepped;
    }

    /// <summary>Takes a row out.</summary>
    internal void Remove(GenerationRow row)
    {
        if (_recomputed.Remove(row)) return;
        int at = _cached.IndexOf(row);
        _cache.Remove(at);
        _cached[at] = _cached[^1];
        _cached.RemoveAt(_cached.Count - 1);
    }

    /// <inheritdoc/>
    public void Dispose() => _cache.Dispose();

    /// <summary>Processes the prompts of new rows, as many as fit into one pass.</summary>
    private List<GenerationRow> Admit(Queue<GenerationRow> waiting)
    {
        List<GenerationRow> admitted = [];
        int tokens = 0;
        while (waiting.TryPeek(out GenerationRow? next) && RowCount + admitted.Count < mostRows)
        {
            tokens += next.Tokens.Count;
            if (admitted.Count > 0 && tokens > TokensPerPass) break;
            admitted.Add(waiting.Dequeue());
        }

        List<GenerationRow> stretched = [.. admitted.Where(row => model.DependsOnLength(row.Tokens.Count))];
        List<GenerationRow> prompts = [.. admitted.Except(stretched)];
        _recomputed.AddRange(stretched);
        if (stretched.Count > 0) Choose(model.NextTokenLogits(WholeRows(stretched)), stretched);
        if (prompts.Count > 0)
        {
            using CachePass pass = _cache.Append([.. prompts.Select(row => row.Tokens.Count)]);
            _cached.AddRange(prompts);
            Choose(model.NextTokenLogits(WholeRows(prompts), pass), prompts);
        }

        return admitted;
    }

    private List<GenerationRow> Decode()
    {
        List<GenerationRow> rows = [.. _cached];
        using CachePass pass = _cache.Advance();
        TokenBatch newest = new([.. rows.Select(row => (ReadOnlyMemory<int>)new[] { row.Tokens[^1] })]);
        Choose(model.NextTokenLogits(newest, pass), rows);
        return rows;
    }

    /// <summary>Rows as long as these fill a pass each.</summary>
    private List<GenerationRow> Recompute()
    {
        List<GenerationRow> rows = [.. _recomputed];
        foreach (GenerationRow row in rows) Choose(model.NextTokenLogits(WholeRows([row])), [row]);
        return rows;
    }

    private void LeaveCacheWhereStretched()
    {
        foreach (GenerationRow row in _cached.Where(row => model.DependsOnLength(row.Tokens.Count)).ToList())
        {
            Remove(row);
            _recomputed.Add(row);
        }
    }

    private static TokenBatch WholeRows(IEnumerable<GenerationRow> rows) => new([.. rows.Select(row => (ReadOnlyMemory<int>)row.Tokens.ToArray())]);

    /// <summary>Chooses the next token of each row by its logits, <c>[rows, vocabulary]</c>.</summary>
    private static void Choose(Tensor logits, List<GenerationRow> rows)
    {
        using (logits)
        {
            if (rows.All(row => row.TakesLargest))
            {
                using Tensor largest = logits.argmax(-1).cpu();
                long[] tokens = largest.data<long>().ToArray();
                for (int i = 0; i < rows.Count; i++) rows[i].Append((int)tokens[i]);
                return;
            }

            using Tensor onHost = logits.cpu();
            for (int i = 0; i < rows.Count; i++)
            {
                using Tensor ofRow = onHost[i];
                rows[i].Choose(MemoryMarshal.Cast<byte, float>(ofRow.bytes));
            }
        }
    }
}

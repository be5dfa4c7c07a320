using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Continues the rows of any number of concurrent callers in one batch, on a thread of the pool that is there while there is work.</summary>
/// <remarks>New rows join between steps, first come, first served.</remarks>
internal sealed class DecodingWorker(CausalLanguageModel model, int mostRows)
{
    private readonly Lock _lock = new();
    private readonly List<GenerationStream> _new = [];
    private bool _running;

    // Touched by the running thread alone.
    private readonly Dictionary<GenerationRow, GenerationStream> _streams = [];
    private Queue<GenerationRow> _waiting = new();

    /// <summary>Adds a row; the call does not wait.</summary>
    internal void Add(GenerationStream stream)
    {
        lock (_lock)
        {
            _new.Add(stream);
            if (_running) return;
            _running = true;
        }

        _ = Task.Run(Run);
    }

    private void Run()
    {
        using IDisposable noGradients = no_grad();
        DecodingBatch batch = new(model, mostRows);
        try
        {
            while (TakeNew())
            {
                try
                {
                    DropCancelled(batch);
                    Step(batch);
                }
                catch (Exception error)
                {
                    // The batch is in an unknown state: whoever has a row in it learns why. Later rows start afresh.
                    Fail(error);
                    batch.Dispose();
                    batch = new(model, mostRows);
                }
            }
        }
        finally
        {
            batch.Dispose();
        }
    }

    /// <summary>Takes over new rows; without any row left, the thread ends.</summary>
    private bool TakeNew()
    {
        lock (_lock)
        {
            foreach (GenerationStream stream in _new)
            {
                _streams.Add(stream.Row, stream);
                _waiting.Enqueue(stream.Row);
            }

            _new.Clear();
            _running = _streams.Count > 0;
            return _running;
        }
    }

    private void DropCancelled(DecodingBatch batch)
    {
        foreach (GenerationStream stream in _streams.Values.Where(stream => stream.CancellationToken.IsCancellationRequested).ToList())
        {
            _streams.Remove(stream.Row);
            if (_waiting.Contains(stream.Row)) _waiting = new(_waiting.Where(row => row != stream.Row));
            else batch.Remove(stream.Row);
            stream.Pieces.Complete(new OperationCanceledException(stream.CancellationToken));
        }
    }

    private void Step(DecodingBatch batch)
    {
        foreach (GenerationRow row in batch.Step(_waiting))
        {
            GenerationStream stream = _streams[row];
            string piece = row.TakePiece();
            bool ended = row.FinishReason is not null;
            if (ended || piece.Length > 0) stream.Pieces.TryWrite(new(piece, ended ? row.ToText() : null));
            if (!ended) continue;
            stream.Pieces.Complete();
            _streams.Remove(row);
        }
    }

    private void Fail(Exception error)
    {
        foreach (GenerationStream stream in _streams.Values) stream.Pieces.TryComplete(error);
        _streams.Clear();
        _waiting.Clear();
    }
}

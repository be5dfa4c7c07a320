using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace Microsoft.ML.Llm4Es;

/// <summary>
/// Reads an asynchronous sequence from synchronous code, which <see cref="IEstimator{TTransformer}.Fit"/> is. The sequence runs on threads of the pool, free of
/// the caller's synchronization context, and hands its items over through a queue. The caller waits for the queue and never for a task, so that neither can
/// wait for the other.
/// </summary>
internal static class BlockingSequence
{
    public static IEnumerable<T> Read<T>(Func<CancellationToken, IAsyncEnumerable<T>> sequence, CancellationToken cancellationToken)
    {
        using var queue = new BlockingCollection<T>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? failure = null;
        _ = Task.Run(ProduceAsync, CancellationToken.None);
        try
        {
            foreach (T item in queue.GetConsumingEnumerable(CancellationToken.None)) yield return item;
        }
        finally
        {
            // Where the reader ends early, the sequence must have ended too before its queue goes.
            stop.Cancel();
            foreach (T _ in queue.GetConsumingEnumerable(CancellationToken.None))
            {
            }
        }

        failure?.Throw();

        async Task ProduceAsync()
        {
            try
            {
                await foreach (T item in sequence(stop.Token).ConfigureAwait(false)) queue.Add(item, CancellationToken.None);
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }

            queue.CompleteAdding();
        }
    }
}

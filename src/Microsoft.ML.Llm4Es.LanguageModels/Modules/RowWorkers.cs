using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Threads on each of which libtorch computes alone, for rows that do not need each other: two threads with a row each are nearly twice as fast as two that share the products of one small model.</summary>
internal static class RowWorkers
{
    private static readonly Lazy<BlockingCollection<Action>> Work = new(Start);

    /// <summary>Runs pieces of work side by side, and returns when all are done.</summary>
    /// <param name="pieces">How many there are; as many run at once as there are processors.</param>
    /// <param name="run">Given the number of the piece. Its dispose scopes and gradient mode are the worker's own.</param>
    internal static void Run(int pieces, Action<int> run)
    {
        using var left = new CountdownEvent(pieces);
        var failures = new ConcurrentQueue<ExceptionDispatchInfo>();
        for (int i = 0; i < pieces; i++)
        {
            int piece = i;
            Work.Value.Add(() =>
            {
                try
                {
                    run(piece);
                }
                catch (Exception failure)
                {
                    failures.Enqueue(ExceptionDispatchInfo.Capture(failure));
                }
                finally
                {
                    left.Signal();
                }
            });
        }

        left.Wait();
        if (failures.TryDequeue(out ExceptionDispatchInfo? first)) first.Throw();
    }

    private static BlockingCollection<Action> Start()
    {
        var work = new BlockingCollection<Action>();
        int threads = get_num_threads();
        using var ready = new CountdownEvent(Environment.ProcessorCount);
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            var thread = new Thread(Compute) { IsBackground = true, Name = "llm4es rows" };
            thread.Start();
        }

        ready.Wait();
        // A thread's number stays its own, but libtorch also gives the last one that was set to threads that are new to it.
        set_num_threads(threads);
        return work;

        void Compute()
        {
            set_num_threads(1);
            ready.Signal();
            foreach (Action action in work.GetConsumingEnumerable()) action();
        }
    }
}

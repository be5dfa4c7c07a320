namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Watches how much memory the process has resident, native memory included, until it is disposed.</summary>
internal sealed class PeakMemory : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly Timer _timer;
    private long _bytes = Environment.WorkingSet;

    public PeakMemory() => _timer = new Timer(_ => Sample(), null, Period, Period);

    /// <summary>The most bytes that were resident so far.</summary>
    public long Bytes
    {
        get
        {
            Sample();
            return Interlocked.Read(ref _bytes);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        long now = Environment.WorkingSet, most;
        while (now > (most = Interlocked.Read(ref _bytes)) && Interlocked.CompareExchange(ref _bytes, now, most) != most)
        {
        }
    }
}

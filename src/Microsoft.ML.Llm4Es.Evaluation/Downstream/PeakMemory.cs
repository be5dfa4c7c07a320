namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>Watches how much memory the process has resident, native memory included, until it is disposed.</summary>
internal sealed class PeakMemory : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly Lock _access = new();
    private readonly Timer _timer;
    private long _bytes;

    public PeakMemory() => _timer = new Timer(_ => Sample(), null, Period, Period);

    /// <summary>The most bytes that were resident since the last call, or since the start.</summary>
    public long TakeBytes()
    {
        lock (_access)
        {
            Sample();
            (long most, _bytes) = (_bytes, 0);
            return most;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Sample()
    {
        lock (_access) _bytes = Math.Max(_bytes, Environment.WorkingSet);
    }
}

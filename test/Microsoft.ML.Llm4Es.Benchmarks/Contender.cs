using System.Diagnostics;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>One of those that do the same work, and the rate that it reached in each round.</summary>
/// <param name="name">What the result calls it.</param>
/// <param name="measure">Does the work once and gives the rate, in units of work a second.</param>
internal sealed class Contender(string name, Func<double> measure)
{
    private readonly List<double> _rates = [];

    internal string Name => name;

    internal double Best => _rates.Max();

    internal double Median => _rates.Order().ElementAt(_rates.Count / 2);

    /// <summary>Makes a contender from work that takes at least some milliseconds.</summary>
    /// <param name="name">What the result calls it.</param>
    /// <param name="amount">How many units of work <paramref name="work"/> does.</param>
    /// <param name="work">The work.</param>
    internal static Contender Timed(string name, double amount, Action work) => new(name, () =>
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return amount / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });

    internal void Warm() => measure();

    internal void Measure() => _rates.Add(measure());
}

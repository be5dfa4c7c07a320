using System.Diagnostics;
using System.Globalization;
using Spectre.Console;

namespace Microsoft.ML.Llm4Es.Tool;

/// <summary>Shows how far an enrichment is: a progress bar on a terminal, plain lines elsewhere.</summary>
internal static class EnrichmentDisplay
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    public static async Task<T> ShowAsync<T>(TextWriter output, Func<IProgress<EnrichmentProgress>, Task<T>> work)
    {
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        if (!isTerminal) return await work(new Lines(output));

        return await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(context => work(new Bar(context.AddTask("Enriching"))));
    }

    private sealed class Bar(ProgressTask task) : IProgress<EnrichmentProgress>
    {
        public void Report(EnrichmentProgress value)
        {
            task.MaxValue = value.Variants;
            task.Value = value.Totals.Done;
        }
    }

    private sealed class Lines(TextWriter output) : IProgress<EnrichmentProgress>
    {
        private long _shownAt = Stopwatch.GetTimestamp();

        public void Report(EnrichmentProgress value)
        {
            if (Stopwatch.GetElapsedTime(_shownAt) < BetweenLines) return;
            _shownAt = Stopwatch.GetTimestamp();
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{value.Totals.Done:N0} of {value.Variants:N0} variants, {value.Remaining:hh\\:mm\\:ss} left"));
        }
    }
}

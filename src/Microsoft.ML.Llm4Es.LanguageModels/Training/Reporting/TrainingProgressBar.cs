using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Shows how far training is: one line that changes on a terminal, a line every 30 seconds elsewhere. The last step is always shown.</summary>
/// <remarks>Dispose it when training is over, so that what comes next starts on a line of its own.</remarks>
public sealed class TrainingProgressBar : IProgress<TrainingProgress>, IDisposable
{
    private const int BarLength = 20;
    private const string ClearLine = "\r\u001b[K";

    private static readonly TimeSpan BetweenChanges = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(30);

    private readonly TextWriter _output;
    private readonly int? _width;
    private TimeSpan _next;
    private bool _isLineOpen;

    /// <summary>Initializes a bar on the console.</summary>
    public TrainingProgressBar()
        : this(Console.Out, Console.IsOutputRedirected ? null : Math.Max(Console.WindowWidth, 1))
    {
    }

    /// <summary>Initializes a bar.</summary>
    /// <param name="output">Where to write. Left open.</param>
    /// <param name="terminalWidth">The number of characters in a line of the terminal that shows the output; <see langword="null"/> if it is no terminal.</param>
    /// <exception cref="ArgumentOutOfRangeException">The width is below 1.</exception>
    public TrainingProgressBar(TextWriter output, int? terminalWidth)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (terminalWidth is { } width) ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width, nameof(terminalWidth));
        _output = output;
        _width = terminalWidth;
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Elapsed < _next && value.Step < value.TotalSteps) return;

        _next = value.Elapsed + (_width is null ? BetweenLines : BetweenChanges);
        string text = Text(value);
        if (_width is not { } width)
        {
            _output.WriteLine(text);
            return;
        }

        string line = $"{Bar(value)} {text}";
        // A line as wide as the terminal would make it scroll.
        _output.Write(ClearLine + (line.Length < width ? line : line[..(width - 1)]));
        _output.Flush();
        _isLineOpen = true;
    }

    /// <summary>Ends the line that changes.</summary>
    public void Dispose()
    {
        if (_isLineOpen) _output.WriteLine();
        _isLineOpen = false;
    }

    private static string Bar(TrainingProgress value)
    {
        int done = (int)((long)BarLength * value.Step / value.TotalSteps);
        return $"[{new string('#', done)}{new string('.', BarLength - done)}]";
    }

    private static string Text(TrainingProgress value)
    {
        string validation = value.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $", validation {loss:F3}") : "";
        string skipped = value.SkippedSteps > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.SkippedSteps} skipped") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step} of {value.TotalSteps}, epoch {value.Epoch}, loss {value.Loss:F3}{validation}{skipped}, {value.TokensPerSecond:N0} tokens/s, {value.WorkingSet / 1e9:F1} GB, {Duration(value.Remaining)} left");
    }

    private static string Duration(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours:D2}:{time.Minutes:D2}:{time.Seconds:D2}");
}

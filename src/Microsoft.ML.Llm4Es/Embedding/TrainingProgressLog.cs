using System.Globalization;
using Microsoft.ML.Llm4Es.LanguageModels;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Llm4Es;

/// <summary>Passes the steps of training on: all of them to the user's listener and ML.NET's progress, one every few seconds to ML.NET's log.</summary>
internal sealed class TrainingProgressLog : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly IChannel _channel;
    private readonly IProgress<TrainingProgress>? _listener;
    private readonly Action _checkCancelled;
    private TrainingProgress? _last;
    private TimeSpan _nextLine;

    public TrainingProgressLog(IChannel channel, IProgressChannel progressChannel, IProgress<TrainingProgress>? listener, Action checkCancelled)
    {
        _channel = channel;
        _listener = listener;
        _checkCancelled = checkCancelled;
        progressChannel.SetHeader(new ProgressHeader(["loss", "learning rate"], ["steps"]), entry =>
        {
            if (_last is not { } last) return;
            entry.SetProgress(0, last.Step, last.TotalSteps);
            entry.SetMetric(0, last.Loss);
            entry.SetMetric(1, last.LearningRate);
        });
    }

    public void Report(TrainingProgress value)
    {
        _checkCancelled();
        _last = value;
        _listener?.Report(value);
        if (value.Elapsed < _nextLine && value.Step < value.TotalSteps) return;

        _nextLine = value.Elapsed + Interval;
        string validation = value.ValidationLoss is { } loss ? string.Create(CultureInfo.InvariantCulture, $"validation {loss:F3}, ") : "";
        _channel.Info(string.Create(
            CultureInfo.InvariantCulture,
            $"step {value.Step} of {value.TotalSteps}, loss {value.Loss:F3}, {validation}{value.TokensPerSecond:N0} tokens/s, {value.WorkingSet / 1e9:F1} GB, {value.Remaining:hh\\:mm\\:ss} left"));
    }
}

using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>The program Microsoft.ML.Llm4Es.TrainingProcess in a process of its own.</summary>
internal sealed class TrainingChild : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it.</summary>
    /// <param name="folder">The folder of checkpoints.</param>
    /// <param name="weights">The file of the final weights.</param>
    /// <param name="limits">Commands of the shell that run before it, such as ulimit.</param>
    /// <param name="tokensPerBatch">The size of a batch.</param>
    internal TrainingChild(string folder, string weights, string limits = "true", int tokensPerBatch = 128)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "Microsoft.ML.Llm4Es.TrainingProcess.dll");
        string command = string.Create(CultureInfo.InvariantCulture, $"{limits}; exec dotnet '{program}' '{folder}' '{weights}' {tokensPerBatch}");
        var start = new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true };
        // One thread is enough for this model, and little address space tells a batch that is too large from a runtime that reserves much.
        start.Environment["OMP_NUM_THREADS"] = "1";
        start.Environment["DOTNET_GCHeapHardLimit"] = "0x20000000";
        // With it the runtime reserves its code in a file, which a limit on the size of files forbids.
        start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
        _process = Process.Start(start)!;
    }

    /// <summary>Waits for the end.</summary>
    internal (int ExitCode, string Errors) Finish()
    {
        Task<string> output = _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = _process.StandardError.ReadToEnd();
        _process.WaitForExit();
        Assert.NotNull(output);
        return (_process.ExitCode, errors);
    }

    /// <summary>Kills it, as kill -9 does, once it has written a number of steps, and a moment later.</summary>
    /// <returns>Whether it was still at work.</returns>
    internal bool KillAfter(int steps, TimeSpan moment)
    {
        bool isAtWork = true;
        for (int i = 0; i < steps && isAtWork; i++) isAtWork = _process.StandardOutput.ReadLine() is not null;
        _process.WaitForExit(moment);
        _process.Kill();
        _process.WaitForExit();
        return isAtWork;
    }

    public void Dispose() => _process.Dispose();
}

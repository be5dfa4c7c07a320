using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>A program that does the same work in a process of its own. It says "ready" once, and a remark behind it where its results need one; then each line that it reads is a round, and it answers with the seconds that the round took.</summary>
internal sealed class PeerProcess : IDisposable
{
    private const string Ready = "ready";

    private readonly Process _process;

    private PeerProcess(Process process) => _process = process;

    /// <summary>Gets what is to be said of the peer's results; empty where nothing is.</summary>
    internal string Remark { get; private set; } = "";

    /// <summary>Starts a peer.</summary>
    /// <returns>The peer; <see langword="null"/> where it is not installed: the program is missing, or ends before it is ready.</returns>
    internal static PeerProcess? TryStart(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            var peer = new PeerProcess(Process.Start(start)!);
            if (peer._process.StandardOutput.ReadLine() is { } line && line.StartsWith(Ready, StringComparison.Ordinal))
            {
                peer.Remark = line[Ready.Length..];
                return peer;
            }

            peer.Dispose();
            return null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Lets the peer do the work once.</summary>
    /// <returns>The seconds that it took.</returns>
    internal double Round()
    {
        string answer = Ask("");
        return double.TryParse(answer, CultureInfo.InvariantCulture, out double seconds)
            ? seconds
            : throw new InvalidOperationException($"The peer {_process.StartInfo.FileName} answered '{answer}' instead of the seconds of a round; its error is above.");
    }

    /// <summary>Passes a line to the peer.</summary>
    /// <returns>The line that it answers.</returns>
    internal string Ask(string line)
    {
        _process.StandardInput.WriteLine(line);
        return _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"The peer {_process.StartInfo.FileName} ended; its error is above.");
    }

    /// <summary>Ends the peer: it stops at the end of its input.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}

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
    internal static PeerProcess? TryStart(string program, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
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

    /// <summary>Starts a script of the peers folder in the system's Python, or in any other that is found.</summary>
    /// <returns>The peer; <see langword="null"/> where there is no Python, or it lacks what the script imports.</returns>
    internal static PeerProcess? TryStartPython(string script, IEnumerable<string> arguments, params IEnumerable<(string Name, string Value)> environment)
    {
        string[] all = [Path.Combine(AppContext.BaseDirectory, "peers", script), .. arguments];
        return TryStart("/usr/bin/python3", all, environment) ?? TryStart("python3", all, environment);
    }

    /// <summary>An option of a peer's command line.</summary>
    internal static string[] Option(string name, int value) => [$"--{name}", value.ToString(CultureInfo.InvariantCulture)];

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

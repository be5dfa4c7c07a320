using System.Diagnostics;
using System.Globalization;

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>Runs an explicit test of this assembly in a process that nothing else has touched.</summary>
internal static class OwnProcess
{
    /// <summary>Runs it and waits.</summary>
    /// <param name="test">The class of the test.</param>
    /// <param name="method">The test, which is marked explicit.</param>
    /// <param name="variables">What the test reads from its environment.</param>
    public static void Run(Type test, string method, params IEnumerable<KeyValuePair<string, string>> variables)
    {
        ProcessStartInfo start = new("dotnet", [test.Assembly.Location, "-method", $"{test.FullName}.{method}", "-explicit", "only"]) { RedirectStandardOutput = true };
        foreach ((string name, string value) in variables) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
    }

    /// <summary>A size of the current process in bytes, such as VmRSS or VmHWM (proc(5)); Linux only.</summary>
    public static long Status(string name)
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name + ":", StringComparison.Ordinal));
        return 1024 * long.Parse(line[(name.Length + 1)..^3], NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture);
    }
}

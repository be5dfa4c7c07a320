using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.ML.Trainers.LightGbm;

namespace Microsoft.ML.Llm4Es.Evaluation;

/// <summary>What an evaluation ran on.</summary>
/// <param name="Packages">The version of each package that figures depend on.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="OperatingSystem">The operating system.</param>
/// <param name="Processor">The processor, and how many of its cores the process may use.</param>
/// <param name="Memory">The main memory that the process may use, in bytes.</param>
/// <param name="Device">Where language models run: <c>cpu</c>, or <c>cuda:</c> and a number.</param>
public sealed record EvaluationEnvironment(IReadOnlyDictionary<string, string> Packages, string Runtime, string OperatingSystem, string Processor, long Memory, string Device)
{
    private const string ProcessorInformation = "/proc/cpuinfo";

    internal static EvaluationEnvironment Current(MLContext ml) => new(
        new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["Microsoft.ML.Llm4Es"] = Version(typeof(EventField)),
            ["Microsoft.ML"] = Version(typeof(MLContext)),
            ["Microsoft.ML.LightGbm"] = Version(typeof(LightGbmBinaryTrainer)),
            ["TorchSharp"] = Version(typeof(TorchSharp.torch)),
        },
        RuntimeInformation.FrameworkDescription,
        $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        $"{ProcessorName()}, {Environment.ProcessorCount} cores",
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        ml.GpuDeviceId is { } device ? $"cuda:{device}" : "cpu");

    private static string Version(Type type)
    {
        string version = type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? type.Assembly.GetName().Version?.ToString() ?? "unknown";
        // After the plus sign there is the commit, of which a few digits tell enough.
        int commit = version.IndexOf('+', StringComparison.Ordinal);
        return commit < 0 ? version : version[..Math.Min(version.Length, commit + 11)];
    }

    private static string ProcessorName()
    {
        string? line = File.Exists(ProcessorInformation)
            ? File.ReadLines(ProcessorInformation).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line?[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim()
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}

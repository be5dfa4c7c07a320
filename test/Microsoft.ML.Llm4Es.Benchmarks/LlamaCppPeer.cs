using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.ML.Llm4Es.LanguageModels;
using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.Benchmarks;

/// <summary>llama.cpp as npm's node-llama-cpp brings it (peers/llama-cpp.mjs), with a model's weights, on as many threads as this process.</summary>
internal sealed class LlamaCppPeer : IDisposable
{
    private const string Version = "3.22.1";

    private readonly PeerProcess _process;

    private LlamaCppPeer(PeerProcess process, string name, double amount)
    {
        _process = process;
        Contender = new Contender(name, () => amount / _process.Round());
    }

    /// <summary>Gets the peer as a contender; a token is a unit of work.</summary>
    internal Contender Contender { get; }

    /// <summary>Gets the folder that llama.cpp is installed to, once.</summary>
    private static string Packages =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "llm4es-benchmarks", $"node-llama-cpp-{Version}");

    /// <summary>Gets what node-llama-cpp calls this system.</summary>
    private static string Platform => (OperatingSystem.IsWindows(), OperatingSystem.IsMacOS(), RuntimeInformation.ProcessArchitecture) switch
    {
        (false, true, Architecture.Arm64) => "mac-arm64-metal",
        (true, _, var architecture) => $"win-{architecture.ToString().ToLowerInvariant()}",
        (_, true, _) => "mac-x64",
        (_, _, var architecture) => $"linux-{architecture.ToString().ToLowerInvariant()}",
    };

    /// <summary>Installs llama.cpp where it is not yet.</summary>
    /// <exception cref="InvalidOperationException">It cannot be had; the message says why.</exception>
    internal static void Install()
    {
        if (File.Exists(Path.Combine(Packages, "installed"))) return;

        // The binary by its name: as an optional dependency it would come with those for GPUs, which are hundreds of megabytes.
        string binary = $"@node-llama-cpp/{Platform}@{Version}";
        Directory.CreateDirectory(Packages);
        File.WriteAllText(Path.Combine(Packages, "package.json"), """{ "private": true }""");
        Console.WriteLine($"Installing node-llama-cpp {Version} to {Packages}");
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npm.cmd" : "npm", ["install", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund", $"node-llama-cpp@{Version}", binary])
        {
            WorkingDirectory = Packages,
        };
        try
        {
            using Process npm = Process.Start(start)!;
            npm.WaitForExit();
            if (npm.ExitCode != 0) throw new InvalidOperationException($"npm could not install node-llama-cpp {Version} (exit code {npm.ExitCode}; what it says is above).");
        }
        catch (Win32Exception cause)
        {
            throw new InvalidOperationException("npm was not found. Install Node.js 20 or later, whose npm brings llama.cpp.", cause);
        }

        File.WriteAllText(Path.Combine(Packages, "installed"), "");
    }

    /// <summary>Starts llama.cpp with a model's weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="type">How its matrices are kept.</param>
    /// <param name="texts">The tokens of each text.</param>
    /// <param name="folder">Where the model is written.</param>
    internal static LlamaCppPeer Start(CausalLanguageModel model, LlamaCppType type, int[][] texts, string folder)
    {
        string path = Path.Combine(folder, $"{type.Name}.gguf"), tokens = Path.Combine(folder, "tokens.txt");
        using (var file = new LlamaCppFile(model, type)) file.Save(path);
        File.WriteAllLines(tokens, texts.Select(text => string.Join(' ', text)));
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "llama-cpp.mjs");
        PeerProcess process = PeerProcess.TryStart("node", [script, Packages, path, tokens, get_num_threads().ToString(CultureInfo.InvariantCulture)])
            ?? throw new InvalidOperationException("llama.cpp did not start: Node.js is missing, or node-llama-cpp has no binary for this system; what it says is above.");
        return new LlamaCppPeer(process, $"llama.cpp {type.Name}", texts.Sum(text => text.Length));
    }

    /// <summary>Embeds the first text, scaled as llama.cpp does.</summary>
    internal float[] FirstVector() => [.. _process.Ask("vector").Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];

    public void Dispose() => _process.Dispose();
}

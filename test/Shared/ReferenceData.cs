namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>Finds the data beside the repository that parity tests read; they skip where it is absent.</summary>
internal static class ReferenceData
{
    /// <summary>The folder of expected outputs: LLM4ES_REFERENCE, by default ../shared/reference.</summary>
    internal static string? Reference { get; } = Existing(Environment.GetEnvironmentVariable("LLM4ES_REFERENCE") ?? Beside("reference"));

    internal static string? Data { get; } = Existing(Beside("data"));

    internal static string? Models { get; } = Existing(Beside("models"));

    /// <summary>The path of a file or folder under <paramref name="root"/>; skips the running test where it is absent.</summary>
    internal static string Require(string? root, params string[] path)
    {
        string? full = root is null ? null : Path.Combine([root, .. path]);
        Assert.SkipUnless(full is not null && Path.Exists(full), $"needs {Path.Combine(path)} of the shared data, which is not beside this checkout");
        return full!;
    }

    private static string Beside(string folder)
    {
        DirectoryInfo? at = new(AppContext.BaseDirectory);
        while (at is not null && !File.Exists(Path.Combine(at.FullName, "Microsoft.ML.Llm4Es.sln"))) at = at.Parent;
        return Path.Combine(at?.Parent?.FullName ?? AppContext.BaseDirectory, "shared", folder);
    }

    private static string? Existing(string path) => Directory.Exists(path) ? path : null;
}

using System.Diagnostics;

namespace Microsoft.ML.Llm4Es.LanguageModels.Tests;

/// <summary>Training in a process that is killed, or runs out of disk or memory.</summary>
public sealed class InterruptedTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Train_KilledAtRandomMoments_EndsWithTheWeightsOfARunThatNeverStopped(int seed)
    {
        byte[] expected = Uninterrupted();
        var random = new Random(seed);
        for (int kills = 0; kills < 6; kills++)
        {
            using var child = new TrainingChild(PathOf("killed"), PathOf("weights"));
            if (!child.KillAfter(random.Next(1, 12), TimeSpan.FromMilliseconds(random.Next(30)))) break;
        }

        Assert.False(File.Exists(PathOf("weights")), "Training was over before it was killed often enough.");
        AssertGoesOn(PathOf("killed"), expected);
    }

    [Fact]
    public void Train_BeyondTheLargestFile_StopsAndGoesOnFromTheLastGoodCheckpoint()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The size of files is limited by bash's ulimit.");
        byte[] expected = Uninterrupted();
        using (var child = new TrainingChild(PathOf("limited"), PathOf("weights"))) Assert.True(child.KillAfter(5, TimeSpan.Zero));

        // A write beyond the limit fails once the signal that would end the process is ignored.
        AssertStops(PathOf("limited"), limits: "trap '' XFSZ; ulimit -f 64");

        AssertGoesOn(PathOf("limited"), expected);
    }

    [Fact]
    public void Train_OnAFullDisk_StopsAndGoesOnFromTheLastGoodCheckpoint()
    {
        Directory.CreateDirectory(PathOf("disk"));
        // Two checkpoints fit, a third does not.
        Assert.SkipUnless(OperatingSystem.IsLinux() && Shell($"mount -t tmpfs -o size=800k llm4es '{PathOf("disk")}'"), "Only root may mount a small disk.");
        try
        {
            byte[] expected = Uninterrupted();

            AssertStops(PathOf("disk"), limits: "true");

            Assert.True(Shell($"mount -o remount,size=8m '{PathOf("disk")}'"));
            AssertGoesOn(PathOf("disk"), expected);
        }
        finally
        {
            Shell($"umount '{PathOf("disk")}'");
        }
    }

    [Fact]
    public void Train_OutOfMemory_SaysWhatToLower()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Memory is limited by bash's ulimit.");
        using var child = new TrainingChild(PathOf("starved"), PathOf("weights"), limits: "ulimit -v 6000000", tokensPerBatch: 2_000_000);

        (int exitCode, string errors) = child.Finish();

        Assert.True(exitCode == 1, errors);
        Assert.Contains("InsufficientMemoryException: Out of memory during step 1", errors, StringComparison.Ordinal);
        Assert.Contains("Lower TokensPerBatch", errors, StringComparison.Ordinal);
        Assert.Contains("RecomputeActivations", errors, StringComparison.Ordinal);
    }

    private void AssertStops(string folder, string limits)
    {
        using var child = new TrainingChild(folder, PathOf("weights"), limits);
        (int exitCode, string errors) = child.Finish();
        Assert.True(exitCode == 1, errors);
        Assert.Contains($"cannot be written to {folder}; the last good checkpoint is that of step", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
    }

    private void AssertGoesOn(string folder, byte[] expected)
    {
        using var child = new TrainingChild(folder, PathOf("weights"));
        (int exitCode, string errors) = child.Finish();
        Assert.True(exitCode == 0, errors);
        Assert.Contains("Going on from step", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("damaged", errors, StringComparison.Ordinal);
        Assert.Equal(expected, File.ReadAllBytes(PathOf("weights")));
        Assert.Empty(Directory.GetFiles(folder, "*.tmp"));
    }

    private static bool Shell(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", command]) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private byte[] Uninterrupted()
    {
        using var child = new TrainingChild(PathOf("whole"), PathOf("expected"));
        (int exitCode, string errors) = child.Finish();
        Assert.True(exitCode == 0, errors);
        return File.ReadAllBytes(PathOf("expected"));
    }

    private string PathOf(string name) => Path.Combine(_folder.Path, name);
}

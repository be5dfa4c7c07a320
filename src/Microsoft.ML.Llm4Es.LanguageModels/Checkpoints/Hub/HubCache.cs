namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>
/// A model in the cache, laid out as huggingface_hub does it (https://huggingface.co/docs/huggingface_hub/guides/manage-cache): <c>blobs/</c> holds contents
/// by checksum, <c>snapshots/COMMIT/</c> links to them by the names of the files, <c>refs/</c> says which commit a branch was.
/// </summary>
internal sealed class HubCache(string folder, string repository)
{
    private const string ModelPrefix = "models--";

    /// <summary>What IOException.HResult is where another process holds the lock: EWOULDBLOCK of Linux and of macOS, and Windows' sharing violation.</summary>
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan LockInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _name = ModelPrefix + repository.Replace("/", "--", StringComparison.Ordinal);

    /// <summary>Gets the folder of this model.</summary>
    internal string ModelFolder => Path.Combine(folder, _name);

    /// <summary>The path of a content.</summary>
    internal string Blob(HubFile file) => Path.Combine(ModelFolder, "blobs", file.EntityTag);

    /// <summary>The folder of a commit's files.</summary>
    internal string Snapshot(string commit) => Path.Combine(ModelFolder, "snapshots", commit);

    /// <summary>The commit that a revision was when it was last downloaded; null where it never was.</summary>
    internal string? FindCommit(string revision)
    {
        if (HubNames.IsCommit(revision)) return Directory.Exists(Snapshot(revision)) ? revision : null;
        string path = Reference(revision);
        return File.Exists(path) && File.ReadAllText(path).Trim() is { } commit && HubNames.IsCommit(commit) ? commit : null;
    }

    /// <summary>Remembers which commit a revision is.</summary>
    internal void WriteCommit(string revision, string commit)
    {
        if (revision == commit) return;
        string path = Reference(revision);
        using StagedFiles files = new(Path.GetDirectoryName(path)!);
        files.Write(Path.GetFileName(path), stream => stream.Write(System.Text.Encoding.ASCII.GetBytes(commit)));
        files.Commit();
    }

    /// <summary>Waits until no other process downloads the same content; it may wait for this one when the lock is not disposed.</summary>
    internal async Task<IDisposable> LockAsync(HubFile file, HubTransport transport, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, ".locks", _name, $"{file.EntityTag}.lock");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        while (true)
        {
            try
            {
                // On Unix this takes flock(2), as Python's filelock does, so that both keep out of each other's way.
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException cause) when (Held.Contains(cause.HResult))
            {
                await transport.DelayAsync(LockInterval, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Shows a content under a file's name in a commit's folder: by a relative link, or a copy where the system allows no links.</summary>
    internal void Link(string commit, HubFile file)
    {
        string path = Path.Combine(Snapshot(commit), file.Name);
        if (IsThere(path, file)) return;

        string linkFolder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(linkFolder);
        string temporary = Path.Combine(linkFolder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");
        try
        {
            File.CreateSymbolicLink(temporary, Path.GetRelativePath(linkFolder, Blob(file)));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or PlatformNotSupportedException)
        {
            File.Copy(Blob(file), temporary);
        }

        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Whether a snapshot's file is there, through a link to its content or as a copy of the same length.</summary>
    private bool IsThere(string path, HubFile file)
    {
        FileInfo found = new(path);
        if (found.LinkTarget is null) return found.Exists && found.Length == file.Size;
        return found.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true } target && target.FullName == Path.GetFullPath(Blob(file));
    }

    private string Reference(string revision) => Path.Combine(ModelFolder, "refs", revision);
}

using System.Buffers;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Downloads one file into the cache: into <c>blobs/CHECKSUM.incomplete</c>, from where an earlier attempt stopped, and under its name once it is checked.</summary>
internal sealed class HubFileDownload(string commit, HubFile file, HubOptions options, HubClient client, HubCache cache, HubTransport transport)
{
    private const int BufferLength = 1 << 17;

    /// <summary>How many bytes of a file are there from an earlier attempt.</summary>
    internal static long PartialLength(HubCache cache, HubFile file)
    {
        FileInfo partial = new(Partial(cache, file));
        return partial.Exists ? Math.Min(partial.Length, file.Size) : 0;
    }

    /// <summary>Downloads the file unless the cache has it, and shows it in the commit's folder.</summary>
    /// <param name="report">Told how many bytes of the file are there.</param>
    /// <param name="cancellation">Ends the download.</param>
    internal async Task RunAsync(Action<long> report, CancellationToken cancellation)
    {
        using (await cache.LockAsync(file, transport, cancellation).ConfigureAwait(false))
        {
            FileInfo blob = new(cache.Blob(file));
            if (!blob.Exists || blob.Length != file.Size) await DownloadAsync(report, cancellation).ConfigureAwait(false);
            cache.Link(commit, file);
        }

        report(file.Size);
    }

    private static string Partial(HubCache cache, HubFile file) => cache.Blob(file) + ".incomplete";

    private async Task DownloadAsync(Action<long> report, CancellationToken cancellation)
    {
        string partial = Partial(cache, file);
        Directory.CreateDirectory(Path.GetDirectoryName(partial)!);
        HubBackoff backoff = new(options, transport);
        bool complete = false;
        while (!complete)
        {
            long before = PartialLength(cache, file);
            try
            {
                await AttemptAsync(partial, report, cancellation).ConfigureAwait(false);
                complete = true;
            }
            catch (TransientHubException failure)
            {
                if (PartialLength(cache, file) > before) backoff.Reset();
                await backoff.WaitAsync(failure, cancellation).ConfigureAwait(false);
            }
        }

        File.Move(partial, cache.Blob(file), overwrite: true);
    }

    private async Task AttemptAsync(string partial, Action<long> report, CancellationToken cancellation)
    {
        // No buffer: what arrives is large enough, and must not be lost when the process ends.
        using FileStream output = new(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        using HubChecksum checksum = new(file);
        if (output.Length > file.Size) output.SetLength(0);
        bool resumed = output.Length > 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferLength);
        try
        {
            while (output.Read(buffer) is > 0 and int read) checksum.Append(buffer.AsSpan(0, read));
            if (output.Length < file.Size) await ReceiveAsync(output, checksum, buffer, report, cancellation).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        if (checksum.Matches())
        {
            output.Flush(flushToDisk: true);
            return;
        }

        output.SetLength(0);
        string problem = $"'{file.Name}' arrived damaged: its checksum is not the announced {file.EntityTag}.";
        if (resumed) throw new TransientHubException(problem);
        throw new InvalidDataException($"{problem} It was deleted; download it again, and if that does not help, look for a proxy that changes what passes.");
    }

    private async Task ReceiveAsync(FileStream output, HubChecksum checksum, byte[] buffer, Action<long> report, CancellationToken cancellation)
    {
        using HubBody body = await client.OpenAsync(commit, file, output.Length, cancellation).ConfigureAwait(false);
        if (body.FileLength is { } length && length != file.Size)
            throw new InvalidDataException($"'{file.Name}' has {length:N0} bytes; {file.Size:N0} were announced. Has the repository changed, or does a proxy answer?");
        if (body.Start != output.Length)
        {
            // The server sends the whole file, whatever was asked for.
            output.SetLength(0);
            checksum.Reset();
        }

        while (await body.ReadAsync(buffer).ConfigureAwait(false) is > 0 and int read)
        {
            if (output.Length + read > file.Size) throw new InvalidDataException($"'{file.Name}' is longer than the announced {file.Size:N0} bytes.");
            checksum.Append(buffer.AsSpan(0, read));
            output.Write(buffer, 0, read);
            report(output.Length);
        }

        if (output.Length < file.Size) throw new TransientHubException($"'{file.Name}' ended after {output.Length:N0} of {file.Size:N0} bytes.");
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The checksum that a file's entity tag is: SHA-256 of a file in large-file storage, else SHA-1 of the git object, which begins with its size.</summary>
internal sealed class HubChecksum : IDisposable
{
    internal const int Sha1Length = 40;
    internal const int Sha256Length = 64;

    private readonly HubFile _file;
    private readonly IncrementalHash _hash;

    internal HubChecksum(HubFile file)
    {
        _file = file;
        _hash = IncrementalHash.CreateHash(file.EntityTag.Length == Sha256Length ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
        AppendGitHeader();
    }

    internal void Append(ReadOnlySpan<byte> bytes) => _hash.AppendData(bytes);

    /// <summary>Begins again.</summary>
    internal void Reset()
    {
        _hash.GetHashAndReset();
        AppendGitHeader();
    }

    /// <summary>Whether all that was appended is the file.</summary>
    internal bool Matches() => Convert.ToHexStringLower(_hash.GetCurrentHash()) == _file.EntityTag;

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void AppendGitHeader()
    {
        if (_file.EntityTag.Length == Sha1Length) _hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {_file.Size}\0")));
    }
}

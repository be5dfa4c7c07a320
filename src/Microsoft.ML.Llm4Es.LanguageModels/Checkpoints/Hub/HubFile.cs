namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A file of a repository at a commit, as the server describes it.</summary>
/// <param name="Name">Its path in the repository.</param>
/// <param name="EntityTag">Its checksum, which is its name in the cache; see <see cref="HubChecksum"/>.</param>
/// <param name="Size">Its length in bytes.</param>
internal sealed record HubFile(string Name, string EntityTag, long Size);

/// <summary>A commit of a repository.</summary>
/// <param name="Commit">Its full hash.</param>
/// <param name="Files">The paths of its files.</param>
internal sealed record HubCommit(string Commit, IReadOnlySet<string> Files);

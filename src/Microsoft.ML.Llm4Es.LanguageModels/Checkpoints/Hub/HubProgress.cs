namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How far a download from the Hub is.</summary>
/// <param name="File">The file that is being downloaded, by its path in the repository.</param>
/// <param name="Bytes">How many bytes are there, of all files; what the cache held before counts.</param>
/// <param name="TotalBytes">How many bytes all files have.</param>
public readonly record struct HubProgress(string File, long Bytes, long TotalBytes);

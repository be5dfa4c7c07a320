using System.Threading.Channels;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A row whose text somebody waits for, piece by piece.</summary>
/// <param name="Row">The row.</param>
/// <param name="Pieces">Where the pieces go; completed after the last, or with the error that ended it.</param>
/// <param name="CancellationToken">Says that nobody waits any more.</param>
internal sealed record GenerationStream(GenerationRow Row, ChannelWriter<GeneratedPiece> Pieces, CancellationToken CancellationToken);

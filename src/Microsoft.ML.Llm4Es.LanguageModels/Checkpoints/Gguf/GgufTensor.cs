namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where and how a GGUF file stores a tensor.</summary>
/// <param name="Name">Its name in the file, such as <c>blk.0.attn_q.weight</c>.</param>
/// <param name="Shape">Its shape in row-major order as torch writes it: the last dimension is contiguous (GGUF lists it first).</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Offset">Where its first byte is in the file.</param>
internal sealed record GgufTensor(string Name, IReadOnlyList<long> Shape, GgufTensorType Type, long Offset)
{
    /// <summary>How many numbers a row holds: the last dimension.</summary>
    public long RowLength => Shape[^1];

    /// <summary>How many rows there are: the product of all dimensions but the last.</summary>
    public long Rows => Shape.SkipLast(1).Aggregate(1L, (product, dimension) => product * dimension);

    /// <summary>How many bytes a row takes.</summary>
    public long RowBytes => RowLength / Type.BlockElements * Type.BlockBytes;

    /// <summary>How many bytes the tensor takes.</summary>
    public long Bytes => Rows * RowBytes;

    /// <summary>How many numbers the tensor holds.</summary>
    public long Elements => Rows * RowLength;
}

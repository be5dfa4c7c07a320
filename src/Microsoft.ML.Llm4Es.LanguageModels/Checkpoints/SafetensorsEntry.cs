namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Where one tensor lies in a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type: F32, F16 or BF16.</param>
/// <param name="Shape">Its size in each dimension.</param>
/// <param name="Begin">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    public long Elements => Shape.Aggregate(1L, (product, size) => checked(product * size));

    public int ElementSize => Type == "F32" ? 4 : 2;
}

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>How a tensor of a GGUF file is stored: numbers in blocks of a fixed size, and how they become fp32.</summary>
/// <param name="Id">The number that stands for the type in a file (enum ggml_type of ggml.h).</param>
/// <param name="Name">Its name there, without the prefix.</param>
/// <param name="BlockElements">How many numbers a block holds; the rows of a tensor are whole blocks.</param>
/// <param name="BlockBytes">How many bytes a block takes.</param>
/// <param name="Dequantize">Turns whole blocks into fp32.</param>
internal sealed record GgufTensorType(uint Id, string Name, int BlockElements, int BlockBytes, GgufDequantizer Dequantize)
{
    private static readonly Dictionary<uint, GgufTensorType> Supported = new GgufTensorType[]
    {
        new(0, "F32", 1, 4, GgufFloats.Float32),
        new(1, "F16", 1, 2, GgufFloats.Float16),
        new(30, "BF16", 1, 2, GgufFloats.BFloat16),
        new(2, "Q4_0", 32, 18, GgufBlocks.Q4_0),
        new(3, "Q4_1", 32, 20, GgufBlocks.Q4_1),
        new(6, "Q5_0", 32, 22, GgufBlocks.Q5_0),
        new(7, "Q5_1", 32, 24, GgufBlocks.Q5_1),
        new(8, "Q8_0", 32, 34, GgufBlocks.Q8_0),
        new(10, "Q2_K", 256, 84, GgufSuperBlocks.Q2_K),
        new(11, "Q3_K", 256, 110, GgufSuperBlocks.Q3_K),
        new(12, "Q4_K", 256, 144, GgufSuperBlocks.Q4_K),
        new(13, "Q5_K", 256, 176, GgufSuperBlocks.Q5_K),
        new(14, "Q6_K", 256, 210, GgufSuperBlocks.Q6_K),
    }.ToDictionary(type => type.Id);

    /// <summary>The types that ggml knows and this library does not read, so that they are refused by name.</summary>
    private static readonly Dictionary<uint, string> Unsupported = new()
    {
        [9] = "Q8_1",
        [15] = "Q8_K",
        [16] = "IQ2_XXS",
        [17] = "IQ2_XS",
        [18] = "IQ3_XXS",
        [19] = "IQ1_S",
        [20] = "IQ4_NL",
        [21] = "IQ3_S",
        [22] = "IQ2_S",
        [23] = "IQ4_XS",
        [24] = "I8",
        [25] = "I16",
        [26] = "I32",
        [27] = "I64",
        [28] = "F64",
        [29] = "IQ1_M",
        [34] = "TQ1_0",
        [35] = "TQ2_0",
        [39] = "MXFP4",
    };

    /// <summary>All types that can be read.</summary>
    public static IReadOnlyCollection<GgufTensorType> All => Supported.Values;

    /// <summary>The type of a number in a file.</summary>
    /// <exception cref="InvalidDataException">The type is unknown or cannot be read; the message says which can.</exception>
    public static GgufTensorType Find(uint id)
    {
        if (Supported.TryGetValue(id, out GgufTensorType? type)) return type;

        string name = Unsupported.TryGetValue(id, out string? known) ? known : $"unknown ({id})";
        throw new InvalidDataException(
            $"the type is {name}; supported are {string.Join(", ", All.Select(each => each.Name))}. Quantise the model to one of these, such as Q8_0.");
    }
}

/// <summary>Turns whole blocks into fp32.</summary>
/// <param name="blocks">The blocks as stored.</param>
/// <param name="values">Where the numbers go: one for each that the blocks hold.</param>
internal delegate void GgufDequantizer(ReadOnlySpan<byte> blocks, Span<float> values);

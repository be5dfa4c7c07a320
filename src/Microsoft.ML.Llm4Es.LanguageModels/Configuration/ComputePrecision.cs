using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The number format in which a language model computes its matrix products and attention.</summary>
/// <remarks>Weights, the residual stream, norms, softmax and losses are in 32-bit floats whatever is chosen.</remarks>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The field names its precisions so.")]
public enum ComputePrecision
{
    /// <summary><see cref="BFloat16"/> where the hardware computes in it (CUDA; AVX512-BF16 or AMX-BF16 on the CPU), else <see cref="Float32"/>.</summary>
    Auto,

    /// <summary>IEEE 754 single precision: 24 bits of significand.</summary>
    Float32,

    /// <summary>The upper half of a 32-bit float: the same range, 8 bits of significand. About twice as fast, and a relative error of about 1 %.</summary>
    BFloat16,
}

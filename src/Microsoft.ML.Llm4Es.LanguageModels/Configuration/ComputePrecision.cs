namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The precision in which matrix products are computed. Weights, norms, softmax, residual stream and loss stay in fp32 throughout.</summary>
public enum ComputePrecision
{
    /// <summary>bf16 where the hardware multiplies bf16 matrices faster than fp32 (AVX512-BF16 or AMX on a CPU, CUDA), else fp32.</summary>
    Auto,

    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit brain floating point: eight bits of exponent as fp32 has, seven of mantissa.</summary>
    BFloat16,
}

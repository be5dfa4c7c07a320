using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What every layer needs of a batch: its rows, the rotary tables <c>[tokens, 1, head dimension / 2]</c>, the type to compute in, where keys and values are kept for tokens to come, if they are, and whether the kernels for a CPU compute what is between products.</summary>
internal sealed record BatchContext(TokenBatch Batch, Tensor Cos, Tensor Sin, ScalarType Type, CachePass? Cache, bool UsesKernels);

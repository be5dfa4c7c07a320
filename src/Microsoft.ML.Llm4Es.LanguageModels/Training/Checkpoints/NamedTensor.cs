using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A tensor under the name that a checkpoint stores it by.</summary>
internal readonly record struct NamedTensor(string Name, Tensor Tensor);

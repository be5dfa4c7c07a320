using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A weight as a checkpoint stores it.</summary>
/// <param name="Name">The Hugging Face name.</param>
/// <param name="Shape">The shape; <c>[out, in]</c> for a projection.</param>
/// <param name="IsFloatingPoint">Whether it holds real numbers, stored as floats or quantised.</param>
/// <param name="Origin">Where it is, for messages: file and type of its numbers.</param>
internal sealed record StoredWeight(string Name, IReadOnlyList<long> Shape, bool IsFloatingPoint, string Origin);

/// <summary>A checkpoint from which a model is loaded, one weight at a time.</summary>
internal interface IWeightSource
{
    /// <summary>Gets where the weights come from, for messages.</summary>
    string Name { get; }

    /// <summary>Gets the weights, in the order in which they are best read; a stream that cannot seek gives them in this order only.</summary>
    IReadOnlyList<StoredWeight> Weights { get; }

    /// <summary>Reads a weight into a tensor of its shape, float32 or bfloat16, on any device.</summary>
    /// <exception cref="InvalidDataException">The file ends too early.</exception>
    void CopyTo(StoredWeight weight, Tensor destination);
}

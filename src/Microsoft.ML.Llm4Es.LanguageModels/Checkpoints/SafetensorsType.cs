using static TorchSharp.torch;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>The number types of safetensors that libtorch has too.</summary>
internal sealed record SafetensorsType(string Name, ScalarType Type, int Size, bool IsFloatingPoint)
{
    internal static IReadOnlyList<SafetensorsType> All { get; } =
    [
        new("F64", ScalarType.Float64, 8, true),
        new("F32", ScalarType.Float32, 4, true),
        new("F16", ScalarType.Float16, 2, true),
        new("BF16", ScalarType.BFloat16, 2, true),
        new("I64", ScalarType.Int64, 8, false),
        new("I32", ScalarType.Int32, 4, false),
        new("I16", ScalarType.Int16, 2, false),
        new("I8", ScalarType.Int8, 1, false),
        new("U8", ScalarType.Byte, 1, false),
        new("BOOL", ScalarType.Bool, 1, false),
    ];

    internal static SafetensorsType? Find(string name) => All.FirstOrDefault(type => type.Name == name);

    internal static SafetensorsType Of(ScalarType type) => All.FirstOrDefault(entry => entry.Type == type)
        ?? throw new NotSupportedException($"safetensors has no type for {type}. Expected one of {string.Join(", ", All.Select(entry => entry.Type))}.");
}

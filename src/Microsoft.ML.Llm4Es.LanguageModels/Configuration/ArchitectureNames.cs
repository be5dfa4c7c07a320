namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>What Hugging Face calls an architecture: <c>model_type</c> and the entry of <c>architectures</c>.</summary>
internal sealed record ArchitectureNames(LanguageModelArchitecture Architecture, string ModelType, string ClassName)
{
    internal static IReadOnlyList<ArchitectureNames> All { get; } =
    [
        new(LanguageModelArchitecture.Llama, "llama", "LlamaForCausalLM"),
        new(LanguageModelArchitecture.Qwen2, "qwen2", "Qwen2ForCausalLM"),
        new(LanguageModelArchitecture.Qwen3, "qwen3", "Qwen3ForCausalLM"),
        new(LanguageModelArchitecture.Mistral, "mistral", "MistralForCausalLM"),
    ];

    internal static ArchitectureNames Of(LanguageModelArchitecture architecture) => All.Single(names => names.Architecture == architecture);
}

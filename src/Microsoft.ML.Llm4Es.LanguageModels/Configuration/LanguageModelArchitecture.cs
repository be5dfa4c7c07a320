namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A decoder-only transformer of the LLaMA family; what differs between its members is named at each.</summary>
public enum LanguageModelArchitecture
{
    /// <summary><c>LlamaForCausalLM</c>: biases on all or none of the projections.</summary>
    Llama,

    /// <summary><c>Qwen2ForCausalLM</c>: biases on the query, key and value projections; some layers may see a sliding window.</summary>
    Qwen2,

    /// <summary><c>Qwen3ForCausalLM</c>: queries and keys are normalised per head before the rotation; some layers may see a sliding window.</summary>
    Qwen3,

    /// <summary><c>MistralForCausalLM</c>: every layer may see a sliding window.</summary>
    Mistral,
}

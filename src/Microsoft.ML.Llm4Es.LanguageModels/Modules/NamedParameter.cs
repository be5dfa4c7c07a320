using TorchSharp.Modules;

namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>A parameter, and a name that is the same in every run of the same model and tuning.</summary>
internal readonly record struct NamedParameter(string Name, Parameter Parameter);

namespace Microsoft.ML.Llm4Es.Tests;

/// <summary>Tests that train with LightGBM, one after the other: it keeps its number of threads for the whole process, and two trainings at once may crash.</summary>
[CollectionDefinition(nameof(LightGbmTests))]
public sealed class LightGbmTests;

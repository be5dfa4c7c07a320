namespace Microsoft.ML.Llm4Es.LanguageModels;

/// <summary>Takes the pieces of a text, one after the other.</summary>
internal interface IPieceSink
{
    void Take(AlignedText piece);
}

namespace Microsoft.ML.Llm4Es;

/// <summary>Where a fitted transformer has the variants of a text from.</summary>
internal abstract class VariantSource
{
    /// <summary>The variants of a text, as many as the column is long; empty where one was dropped.</summary>
    public abstract string[] Of(string text);

    public abstract void Save(BinaryWriter writer);
}
